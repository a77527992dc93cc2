"""What people do with studies of the inbox, for the node's trail; other studies leave no trace."""

import getpass

from core.domain import Assessment
from core.node.settings import read_settings
from core.node.state import State
from core.node.store import Store, default_folder


def note_opened(study_uid: str) -> None:
    """Somebody opened a study of the inbox."""
    node_state().noted(study_uid, "opened", by=_user())


def note_outline(assessment: Assessment) -> None:
    """A reader changed the outline of a study, or took the changes back."""
    series = assessment.volume.series
    store = default_folder().resolve()
    if not (series.files and series.files[0].resolve().is_relative_to(store)):
        return
    node_state().noted(
        series.study_uid,
        "outline changed",
        by=_user(),
        edited_by_reader=assessment.segmentation.edited_by_reader,
        input_sha256=assessment.input_sha256,
        volume_ml=assessment.volume_ml,
    )


def node_state() -> State:
    """State of the node of this computer."""
    folder = default_folder()
    return State(Store(folder), audited=read_settings(folder).audited)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        return "unknown"
