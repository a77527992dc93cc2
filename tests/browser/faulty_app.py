"""The app with a fault in each page while the file named by ``HESCOPE_TEST_FAULT`` is there."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FAULT = Path(os.environ["HESCOPE_TEST_FAULT"])
# What each page calls; a what-if part is called by a fragment, a switch by a callback.
BROKEN = {
    "app.widgets.home.example_cards": "example_cards",
    "app.widgets.common.study_summary": "study_line",
    "app.widgets.study.what_if": "what_if_sliders",
    "app.widgets.inbox.node_settings": "node_settings",
    "app.widgets.common.study_source": "path_source",
    "app.widgets.common.table_source": "table_source",
    "app.widgets.model.model_card": "model_card",
    "app.widgets.about.licences": "licences",
    "app.widgets.study.coma_scale": "coma_scale",
    "app.recent": "start_remembering",
}


def breakable(whole: Callable[..., Any], name: str) -> Callable[..., Any]:
    def called(*arguments: Any, **named: Any) -> Any:
        if FAULT.exists() and FAULT.read_text() == name:
            raise ZeroDivisionError("DOE^JANE")
        return whole(*arguments, **named)

    return called


def main() -> int:
    import importlib  # noqa: PLC0415  after the environment of the app

    for module_name, function in BROKEN.items():
        module = importlib.import_module(module_name)
        setattr(module, function, breakable(getattr(module, function), function))
    from app.__main__ import main as serve  # noqa: PLC0415

    return serve(["--no-browser"])


if __name__ == "__main__":
    sys.exit(main())
