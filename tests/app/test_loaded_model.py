"""The model that browser tabs share."""

import os
import sys
import threading
from pathlib import Path

import pytest

from app import loaded_model


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has a niceness for each thread")
def test_the_threads_that_an_engine_starts_let_the_screen_go_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def niceness(*_: object) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    monkeypatch.setattr(loaded_model, "load_model", niceness)
    monkeypatch.setattr(loaded_model, "bundled_model", lambda: tmp_path)
    monkeypatch.setattr(loaded_model, "import_ahead", lambda *_: None)
    loaded_model.warm_up()
    loaded = loaded_model._load(tmp_path, "auto")  # as it was kept
    assert loaded > os.getpriority(os.PRIO_PROCESS, 0)  # type: ignore[operator]
