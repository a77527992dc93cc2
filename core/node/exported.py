"""Files of a received study that somebody takes away, for the node's trail; those of other studies
leave no trace.
"""

import getpass
import sqlite3
from pathlib import Path

from core.errors import UsageError
from core.node.settings import read_settings
from core.node.state import State
from core.node.store import DATABASE, Store


def note_export(source: Path, what: str) -> None:
    """Have the trail say that ``what`` is taken of the study whose images or results ``source`` is.

    To be called before it is handed over.

    Raises
    ------
    UsageError
        The trail cannot be written.
    """
    source = source.resolve()
    found = next((one for one in (source, *source.parents) if (one / DATABASE).is_file()), None)
    if found is None:
        return
    store = Store(found)
    state = State(store, audited=read_settings(found).audited)
    try:
        for study in state.studies():
            study_uid = study.header.study_uid
            if source.is_relative_to(store.study(study_uid)):
                state.noted(study_uid, "exported", export=what, by=user_name())
    except sqlite3.OperationalError as error:
        raise UsageError(
            "The audit trail cannot be written, and nothing leaves the store without.",
            "Free space on the disk, and see that the store is yours to write.",
        ) from error


def user_name() -> str:
    """Account of whoever runs the program."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        return "unknown"
