"""What is written down of a run: events and where a failure happened, never what a study holds.

The message of an exception or of another library may quote a file's path or a header, and with it
a patient; it is left out.  Its type and the place in the code are kept.
"""

import faulthandler
import logging
import platform
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from core.crash_report import new_report, place, please_send, write_crash_report
from core.errors import HescopeError
from core.report.provenance import VERSION

LOGGER = logging.getLogger("hescope")
_LOG_BYTES = 256 * 1024
_LOGS_KEPT = 3
# Where Streamlit says what went wrong in a page.
_PAGES = "streamlit.error_util"


class WithoutContent(logging.Formatter):
    """Time, level and origin; text only of HEscope's own events."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and one for each frame of an exception."""
        own = record.name == LOGGER.name
        said = record.getMessage() if own else f"{record.module}:{record.lineno}"
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {said}"
        if record.exc_info and record.exc_info[0]:
            line += "\n" + place(record.exc_info[0], record.exc_info[2])
        return line


def start_journal(folder: Path, tell: Callable[[HescopeError], object]) -> None:
    """Write events to a rotating log in this folder, and a report there if the program fails.

    ``tell`` lets the user know of the report.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = RotatingFileHandler(
        folder / "hescope.log", maxBytes=_LOG_BYTES, backupCount=_LOGS_KEPT, encoding="utf-8"
    )
    log.setFormatter(WithoutContent())
    LOGGER.setLevel(logging.INFO)
    logging.getLogger(_PAGES).handlers[:] = [log]
    logging.getLogger().handlers[:] = [log]
    _report_failures(folder, tell)
    LOGGER.info("HEscope %s starts on %s", VERSION, platform.platform())


def _report_failures(folder: Path, tell: Callable[[HescopeError], object]) -> None:
    fault = folder / "fault.txt"
    if fault.is_file() and fault.stat().st_size:  # the last run died without a chance to report
        fault.replace(new_report(folder))
    faulthandler.enable(fault.open("w", encoding="utf-8"))

    def report(
        kind: type[BaseException], error: BaseException, _frames: TracebackType | None
    ) -> None:
        LOGGER.critical("ended unexpectedly; see the report beside this log")
        tell(
            HescopeError(
                f"Found a fault in HEscope itself ({kind.__name__}); expected none.",
                please_send(write_crash_report(error, folder)),
            )
        )

    sys.excepthook = report
    threading.excepthook = lambda failed: LOGGER.error(
        "a thread failed\n%s", place(failed.exc_type, failed.exc_traceback)
    )
