"""Studies opened lately from this computer: remembered only if the user asks.

A list of paths in the user's data folder, which no other user can read.  Nothing of a study itself
is kept, and nothing at all after ``forget``.
"""

import json
import threading
from pathlib import Path

from core.assets import data_folder
from core.given import load_json
from core.writing import write_whole

_KEPT = 8
_LOCK = threading.Lock()  # of the list, which every tab reads and writes anew


def remembers() -> bool:
    """Whether the user asked for a list."""
    return _file().is_file()


def start_remembering() -> None:
    """Begin a list."""
    with _LOCK:
        _write(recent_studies())


def forget() -> None:
    """Delete the list and keep none."""
    with _LOCK:
        _file().unlink(missing_ok=True)


def recent_studies() -> tuple[Path, ...]:
    """Paths on the list that are still there, the latest first; none where there is no list."""
    try:
        paths = load_json(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        paths = None
    if not isinstance(paths, list):
        return ()
    return tuple(Path(path) for path in paths if isinstance(path, str) and Path(path).exists())


def remember(study: Path) -> None:
    """Put a study at the head of the list, if there is one."""
    with _LOCK:
        if remembers():
            opened = study.resolve()
            others = [path for path in recent_studies() if path != opened]
            _write((opened, *others[: _KEPT - 1]))


def _write(paths: tuple[Path, ...]) -> None:
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps([str(path) for path in paths]).encode())


def _file() -> Path:
    return data_folder() / "recent.json"
