"""What is kept of a fault in HEscope itself: where in the code, and nothing that a study says."""

import os
import platform
import traceback
from datetime import datetime
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path

from core.report.provenance import VERSION

LOG_FOLDER = user_log_path("hescope", appauthor=False)
_KEPT = 5
_HEAD = """HEscope {version} met a fault of its own, {at}, on {system}, Python {python}.
This report says where in the program it happened. It holds nothing of any study or patient.
Please send it to whoever gave you HEscope, and say what you were doing.

"""


def place(kind: type[BaseException], frames: TracebackType | None) -> str:
    """Type of an exception and the lines that led to it; not its message."""
    lines = [
        f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(frames)
    ]
    return "\n".join([f"{kind.__module__}.{kind.__qualname__}", *lines])


def write_crash_report(error: BaseException, folder: Path = LOG_FOLDER) -> Path | None:
    """A new report of a fault; None where it cannot be written, for a fault must not hide another.

    All but the latest reports are deleted.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = new_report(folder)
        file.write_text(_head() + place(type(error), error.__traceback__) + "\n", encoding="utf-8")
    except OSError:
        return None
    return file


def please_send(report: Path | None) -> str:
    """What the user may do about a fault, its report being there or not."""
    if report is None:
        return "No report could be written; tell whoever gave you HEscope what you were doing."
    return f"Send {report} to whoever gave you HEscope; it holds nothing of any patient."


def new_report(folder: Path) -> Path:
    """An empty report of its own name; all but the latest are deleted."""
    for old in sorted(folder.glob("crash-*.txt"))[: 1 - _KEPT]:
        old.unlink(missing_ok=True)
    stem = f"crash-{datetime.now():%Y%m%d-%H%M%S-%f}"
    file = folder / f"{stem}.txt"
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return file


def _head() -> str:
    return _HEAD.format(
        version=VERSION,
        at=f"{datetime.now():%Y-%m-%d %H:%M:%S}",
        system=platform.platform(),
        python=platform.python_version(),
    )
