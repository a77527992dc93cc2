"""What people do with studies of the inbox, for the node's trail; other studies leave no trace."""

from collections.abc import Callable
from typing import TypeVar

from core.domain import Assessment
from core.node.exported import note_export, user_name
from core.node.settings import read_settings
from core.node.state import State
from core.node.store import Store, default_folder

Made = TypeVar("Made")


def note_opened(study_uid: str) -> None:
    """Somebody opened a study of the inbox."""
    node_state().noted(study_uid, "opened", by=user_name())


def note_outline(assessment: Assessment) -> None:
    """A reader changed the outline of a study, or took the changes back."""
    if not is_received(assessment):
        return
    node_state().noted(
        assessment.volume.series.study_uid,
        "outline changed",
        by=user_name(),
        edited_by_reader=assessment.segmentation.edited_by_reader,
        input_sha256=assessment.input_sha256,
        volume_ml=assessment.volume_ml,
    )


def noted(what: str, make: Callable[[], Made], *of: Assessment) -> Callable[[], Made]:
    """Makes a file that somebody takes away, once the trails of its studies say so."""

    def noted_and_made() -> Made:
        for assessment in of:
            if is_received(assessment):
                note_export(assessment.volume.series.files[0], what)
        return make()

    return noted_and_made


def is_received(assessment: Assessment) -> bool:
    """Whether a study lies in the store of the node of this computer."""
    files = assessment.volume.series.files
    return bool(files) and files[0].resolve().is_relative_to(default_folder().resolve())


def node_state() -> State:
    """State of the node of this computer."""
    folder = default_folder()
    return State(Store(folder), audited=read_settings(folder).audited)
