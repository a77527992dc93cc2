"""What the node of this computer received, as the page Inbox shows and changes it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.audit import node_state, note_opened
from core.errors import UsageError
from core.node.address import parse_address
from core.node.exported import user_name
from core.node.query import find_studies, retrieve
from core.node.receive import take_in
from core.node.results import EDITED, queue_edited
from core.node.settings import NodeSettings, checked, read_settings, write_settings
from core.node.state import Delivery, ReceivedStudy, StudyHeader
from core.node.store import Store, default_folder, open_store
from core.node.trail import Verdict, verify
from core.report.pdf import Report

_LISTED = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A study of the inbox, and where its results are on their way to."""

    study: ReceivedStudy
    deliveries: tuple[Delivery, ...]

    @property
    def received(self) -> str:
        """When its last image came."""
        return f"{datetime.fromtimestamp(self.study.received_at):%d %b %Y, %H:%M}"

    @property
    def sent(self) -> str:
        """Where its results went, or why they did not yet."""
        return "; ".join(
            f"{one.state} {one.destination}"
            + (", edited by reader" if one.result.startswith(EDITED) else "")
            + (f" ({one.problem})" if one.problem else "")
            for one in self.deliveries
        )


def rows() -> tuple[Row, ...]:
    """The latest studies, the last one first; none where no node was ever started here."""
    if not Store(default_folder()).database.is_file():
        return ()
    state = node_state()
    deliveries = state.deliveries()
    return tuple(Row(study, tuple(_of(study, deliveries))) for study in state.studies()[:_LISTED])


def _of(study: ReceivedStudy, deliveries: tuple[Delivery, ...]) -> Iterator[Delivery]:
    for one in deliveries:
        current = one.result == study.result or one.result.startswith(EDITED)
        if one.study_uid == study.header.study_uid and current:
            yield one


def open_from(row: Row) -> Path:
    """Folder of a study's images, once the trail says who opened it."""
    study_uid = row.study.header.study_uid
    note_opened(study_uid)
    return Store(default_folder()).images(study_uid)


def send_edited(report: Report) -> tuple[str, ...]:
    """Where the results of a study as a reader outlined it go to: all nodes that had the first
    ones, and those of the settings.  They are queued; the node that listens sends them.

    Raises
    ------
    UsageError
        There is no such node, or the results cannot be written.
    """
    study_uid, state = report.assessment.volume.series.study_uid, node_state()
    had = (one.destination for one in state.deliveries() if one.study_uid == study_uid)
    destinations = tuple(dict.fromkeys((*had, *settings().send_to)))
    if not destinations:
        raise UsageError(
            "No node found that results go to.", "Name one in the settings of the page Inbox."
        )
    queue_edited(report, Store(default_folder()), state, destinations, by=user_name())
    return destinations


def settings() -> NodeSettings:
    """How the node of this computer is set up."""
    return read_settings(default_folder())


def change_settings(changed: dict[str, object]) -> None:
    """Set the node up otherwise, from its next start on.

    Raises
    ------
    UsageError
        A value is none.
    """
    anew = checked(replace(settings(), **changed))  # type: ignore[arg-type]
    write_settings(anew, open_store(default_folder()).folder)


def fetch(accession: str) -> tuple[StudyHeader, ...]:
    """The studies of an accession number, now in the inbox, from the archive of the settings.

    Raises
    ------
    HescopeError
        There is no archive, or it does not answer.
    """
    node = settings()
    archive = parse_address(node.archive)
    found = find_studies(archive, accession, node)
    if not found:
        return ()
    store = open_store(default_folder())
    state = node_state()

    def keep(content: bytes) -> None:
        take_in(content, store, state, wait_s=node.broken_off_s)

    for one in found:
        retrieve(archive, one.study_uid, node, keep)
        state.quiet(one.study_uid, wait_s=0.0)
    return found


def verdict() -> Verdict:
    """Whether the audit trail holds."""
    return verify(node_state().trail())
