"""What a new model is called, where it goes, and which released one it begins from."""

import argparse
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from core.assets import bundled_model, own_models_folder
from core.errors import UsageError
from core.given import path_of

if TYPE_CHECKING:
    from core.study.new_model import NewModel

_NAME = re.compile(r"(?P<name>\w[\w.-]*)-(?P<version>\d+(\.\d+)*)", re.ASCII)


def add_new_model(parser: argparse.ArgumentParser) -> None:
    """Folder, name and source of the new model."""
    parser.add_argument(
        "--out", type=path_of, metavar="MODEL", help="new model folder; default where the app looks"
    )
    parser.add_argument(
        "--name", metavar="NAME-VERSION", help="of the new model; default the name of its folder"
    )
    parser.add_argument(
        "--from",
        dest="source",
        type=path_of,
        metavar="MODEL",
        help="model whose networks are taken over; default bundled",
    )


def new_model(arguments: argparse.Namespace) -> "NewModel":
    """The model that the call names, its name and version apart."""
    from core.study.new_model import NewModel

    out: Path | None = arguments.out
    called = arguments.name or (out.name if out else "")
    parts = _NAME.fullmatch(called)
    if parts is None:
        raise UsageError(
            f'"{called}" found as name of the new model, name and version expected.',
            "Name it with --name, for example hospital-1.0.0.",
        )
    folder = out or own_models_folder() / called
    source = arguments.source or bundled_model()
    return NewModel(parts["name"], parts["version"], date.today(), folder, source)
