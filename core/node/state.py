"""What happened to each study: one SQLite database, whose every change is whole or not at all.

A change and its entry in the trail are one transaction, so that neither is there without the other,
wherever the program is killed.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pydicom import Dataset

from core.dicom.values import text
from core.node import trail
from core.node.store import Store

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS studies (
    study_uid TEXT PRIMARY KEY, patient TEXT NOT NULL, patient_id TEXT NOT NULL,
    accession TEXT NOT NULL, study_date TEXT NOT NULL, state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '', received_at REAL NOT NULL, due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, result TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
    study_uid TEXT NOT NULL, result TEXT NOT NULL, destination TEXT NOT NULL,
    state TEXT NOT NULL, due_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '', PRIMARY KEY (study_uid, result, destination)
) STRICT;
{trail.SCHEMA}
"""
_BUSY_S = 30.0
_STUDY = "study_uid, patient, patient_id, accession, study_date, state, reason, received_at, result"
_DELIVERY = "study_uid, result, destination, state, attempts, problem"


class StudyState(StrEnum):
    """How far a study is."""

    WAITING = "waiting"
    ASSESSING = "assessing"
    DONE = "done"
    REFUSED = "refused"


class DeliveryState(StrEnum):
    """How far a study's results are on their way to one node."""

    QUEUED = "queued"
    SENT = "sent"
    COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class StudyHeader:
    """Whom and what a study is of, as the archive's list shows it; ``date`` is YYYYMMDD."""

    study_uid: str
    patient: str = ""
    patient_id: str = ""
    accession: str = ""
    date: str = ""


def study_header(dataset: Dataset) -> StudyHeader:
    """What the list of studies shows of one."""
    name = text(dataset, "PatientName").replace("^", " ").split("=")[0]
    return StudyHeader(
        text(dataset, "StudyInstanceUID"),
        " ".join(name.split()),
        text(dataset, "PatientID"),
        text(dataset, "AccessionNumber"),
        text(dataset, "StudyDate"),
    )


@dataclass(frozen=True, slots=True)
class ReceivedStudy:
    """A study and what became of it; ``reason`` says why it was refused, or waits again.

    ``received_at`` is in seconds since the epoch; ``result`` the key of the results, "" for none.
    """

    header: StudyHeader
    state: StudyState
    reason: str
    received_at: float
    result: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """Results that go to one node; ``problem`` is what the last attempt met."""

    study_uid: str
    result: str
    destination: str
    state: DeliveryState
    attempts: int
    problem: str


class State:
    """The database of a store; any thread or process may use one.  ``audited``: keep the trail."""

    def __init__(self, store: Store, *, audited: bool = True) -> None:
        self._store = store
        self._audited = audited
        if not store.database.is_file():  # closing it again would let go of SQLite's locks
            store.database.touch(0o600)  # SQLite gives its other files the same mode
        with closing(self._connected()) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(_SCHEMA)

    def received(self, header: StudyHeader, *, wait_s: float) -> None:
        """New images of a study are in the store; it is due once nothing has come for so long."""
        now = time.time()
        with self._change() as db:
            known = db.execute(
                "SELECT state FROM studies WHERE study_uid = ?", [header.study_uid]
            ).fetchone()
            values = (*_columns(header), StudyState.WAITING, now, now + wait_s)
            db.execute(
                "INSERT INTO studies (study_uid, patient, patient_id, accession, study_date, state,"
                " received_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (study_uid) DO "
                "UPDATE SET state = excluded.state, reason = '', attempts = 0, "
                "received_at = excluded.received_at, due_at = excluded.due_at",
                values,
            )
            if known is None or known[0] != StudyState.WAITING:
                self._say(db, header.study_uid, "received", more=known is not None)

    def quiet(self, study_uid: str, *, wait_s: float) -> None:
        """A study that waits is due in so many seconds."""
        with self._change() as db:
            db.execute(
                "UPDATE studies SET due_at = ? WHERE study_uid = ? AND state = ?",
                [time.time() + wait_s, study_uid, StudyState.WAITING],
            )

    def waiting(self) -> tuple[str, ...]:
        """UIDs of the studies that wait."""
        with closing(self._connected()) as db:
            rows = db.execute(
                "SELECT study_uid FROM studies WHERE state = ?", [StudyState.WAITING]
            ).fetchall()
        return tuple(str(row[0]) for row in rows)

    def take_due(self) -> ReceivedStudy | None:
        """The study whose turn it is, now being assessed; those interrupted before come last."""
        with self._change() as db:
            row = db.execute(
                f"SELECT {_STUDY} FROM studies WHERE state = ? AND due_at <= ? "
                "ORDER BY attempts, due_at LIMIT 1",
                [StudyState.WAITING, time.time()],
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE studies SET state = ?, attempts = attempts + 1 WHERE study_uid = ?",
                [StudyState.ASSESSING, row[0]],
            )
        return _study(row)

    def put_back_interrupted(self, *, most: int, only: str | None = None) -> None:
        """Studies that a killed program was assessing wait again; none more often than ``most``.

        only: one study, which a process had that ended.
        """
        with self._change() as db:
            rows = db.execute(
                "SELECT study_uid, attempts FROM studies WHERE state = ? AND study_uid = "
                "coalesce(?, study_uid)",
                [StudyState.ASSESSING, only],
            ).fetchall()
            for study_uid, attempts in rows:
                if attempts < most:
                    self._put_back(db, study_uid, "interrupted", 0.0)
                else:
                    self._refuse(db, study_uid, f"HEscope was ended {most} times in its assessment")

    def put_back(self, study_uid: str, reason: str, *, wait_s: float) -> None:
        """A study that cannot be assessed now, and waits again."""
        with self._change() as db:
            self._put_back(db, study_uid, reason, wait_s)

    def refused(self, study_uid: str, reason: str) -> None:
        """A study cannot be assessed; images that came meanwhile are another try."""
        with self._change() as db:
            self._refuse(db, study_uid, reason)

    def done(
        self,
        study_uid: str,
        result: str,
        about: Mapping[str, object],
        destinations: Sequence[str] = (),
    ) -> None:
        """A study is assessed, its results in the store and queued for the destinations.

        Nothing if images came meanwhile: it waits, and will be assessed with these.
        """
        with self._change() as db:
            changed = db.execute(
                "UPDATE studies SET state = ?, reason = '', result = ? "
                "WHERE study_uid = ? AND state = ?",
                [StudyState.DONE, result, study_uid, StudyState.ASSESSING],
            ).rowcount
            if not changed:
                return
            self._say(db, study_uid, "assessed", result=result, **about)
            for destination in destinations:
                self._queue(db, study_uid, result, destination)

    def queue(self, study_uid: str, result: str, destination: str, **about: object) -> None:
        """Have results sent to a node, once."""
        with self._change() as db:
            self._queue(db, study_uid, result, destination, **about)

    def next_delivery(self) -> Delivery | None:
        """Results that are due to be sent, the longest waiting first."""
        with closing(self._connected()) as db:
            row = db.execute(
                f"SELECT {_DELIVERY} FROM deliveries WHERE state = ? AND due_at <= ? "
                "ORDER BY due_at LIMIT 1",
                [DeliveryState.QUEUED, time.time()],
            ).fetchone()
        return None if row is None else _delivery(row)

    def sent(self, delivery: Delivery, *, objects: int) -> None:
        """Results have arrived."""
        with self._change() as db:
            _deliver(db, delivery, DeliveryState.SENT, "", 0.0)
            self._say_of(db, delivery, "sent", objects=objects)

    def committed(self, delivery: Delivery) -> None:
        """A node has taken the responsibility for results that it was sent."""
        key = (delivery.study_uid, delivery.result, delivery.destination)
        with self._change() as db:
            changed = db.execute(
                "UPDATE deliveries SET state = ? WHERE study_uid = ? AND result = ? "
                "AND destination = ? AND state = ?",
                [DeliveryState.COMMITTED, *key, DeliveryState.SENT],
            ).rowcount
            if changed:
                self._say_of(db, delivery, "storage committed")

    def not_sent(self, delivery: Delivery, problem: str, *, wait_s: float) -> None:
        """Results did not arrive, and are due again in so many seconds."""
        with self._change() as db:
            _deliver(db, delivery, DeliveryState.QUEUED, problem, time.time() + wait_s)
            if problem != delivery.problem:  # an hour of the same is one entry
                self._say_of(db, delivery, "not sent", problem=problem)

    def forget(self, *, before: float) -> None:
        """Studies done or refused, nothing new of which came since a time and whose results all
        went out, are no longer in the store; the trail keeps what it said of them.

        A study that is sent again is a new one.
        """
        with self._change() as db:
            rows = db.execute(
                "SELECT study_uid FROM studies WHERE state IN (?, ?) AND received_at < ? "
                "AND study_uid NOT IN (SELECT study_uid FROM deliveries WHERE state = ?)",
                [StudyState.DONE, StudyState.REFUSED, before, DeliveryState.QUEUED],
            ).fetchall()
            for (study_uid,) in rows:
                try:
                    self._store.discard(study_uid)
                except OSError:
                    continue  # somebody reads it: another time
                db.execute("DELETE FROM studies WHERE study_uid = ?", [study_uid])
                db.execute("DELETE FROM deliveries WHERE study_uid = ?", [study_uid])
                self._say(db, study_uid, "deleted", received_before=_utc(before))

    def noted(self, study_uid: str, what: str, **about: object) -> None:
        """Somebody did something with a study."""
        with self._change() as db:
            self._say(db, study_uid, what, **about)

    def studies(self) -> tuple[ReceivedStudy, ...]:
        """All studies, the latest first."""
        with closing(self._connected()) as db:
            rows = db.execute(f"SELECT {_STUDY} FROM studies ORDER BY received_at DESC").fetchall()
        return tuple(_study(row) for row in rows)

    def deliveries(self) -> tuple[Delivery, ...]:
        """All deliveries, the first one first."""
        with closing(self._connected()) as db:
            rows = db.execute(f"SELECT {_DELIVERY} FROM deliveries ORDER BY rowid").fetchall()
        return tuple(_delivery(row) for row in rows)

    def trail(self) -> tuple[trail.Entry, ...]:
        """The whole trail."""
        with closing(self._connected()) as db:
            return tuple(trail.entries(db))

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._store.database, timeout=_BUSY_S, isolation_level=None)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        return db

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connected()) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db  # an error rolls back as the connection closes
            db.execute("COMMIT")

    def _say(self, db: sqlite3.Connection, study_uid: str, what: str, **about: object) -> None:
        if self._audited:
            trail.append(db, {"what": what, "study_uid": study_uid, **about})

    def _say_of(
        self, db: sqlite3.Connection, delivery: Delivery, what: str, **about: object
    ) -> None:
        where = {"result": delivery.result, "destination": delivery.destination}
        self._say(db, delivery.study_uid, what, **where, **about)

    def _put_back(self, db: sqlite3.Connection, study_uid: str, reason: str, wait_s: float) -> None:
        changed = db.execute(
            "UPDATE studies SET state = ?, reason = ?, due_at = ? "
            "WHERE study_uid = ? AND state = ?",
            [StudyState.WAITING, reason, time.time() + wait_s, study_uid, StudyState.ASSESSING],
        ).rowcount
        if changed:
            self._say(db, study_uid, "waits again", reason=reason)

    def _refuse(self, db: sqlite3.Connection, study_uid: str, reason: str) -> None:
        changed = db.execute(
            "UPDATE studies SET state = ?, reason = ? WHERE study_uid = ? AND state = ?",
            [StudyState.REFUSED, reason, study_uid, StudyState.ASSESSING],
        ).rowcount
        if changed:
            self._say(db, study_uid, "refused", reason=reason)

    def _queue(
        self, db: sqlite3.Connection, study_uid: str, result: str, to: str, **about: object
    ) -> None:
        added = db.execute(
            "INSERT OR IGNORE INTO deliveries (study_uid, result, destination, state, due_at) "
            "VALUES (?, ?, ?, ?, ?)",
            [study_uid, result, to, DeliveryState.QUEUED, time.time()],
        ).rowcount
        if added:
            self._say(db, study_uid, "queued", result=result, destination=to, **about)


def _utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _columns(header: StudyHeader) -> tuple[str, ...]:
    return header.study_uid, header.patient, header.patient_id, header.accession, header.date


def _study(row: Sequence[str | float]) -> ReceivedStudy:
    texts = [str(value) for value in row]
    return ReceivedStudy(
        StudyHeader(*texts[:5]), StudyState(texts[5]), texts[6], float(row[7]), texts[8]
    )


def _delivery(row: Sequence[str | int]) -> Delivery:
    study_uid, result, destination, state, attempts, problem = row
    return Delivery(
        str(study_uid),
        str(result),
        str(destination),
        DeliveryState(str(state)),
        int(attempts),
        str(problem),
    )


def _deliver(
    db: sqlite3.Connection, delivery: Delivery, state: DeliveryState, problem: str, due_at: float
) -> None:
    db.execute(
        "UPDATE deliveries SET state = ?, problem = ?, due_at = ?, attempts = attempts + 1 "
        "WHERE study_uid = ? AND result = ? AND destination = ?",
        [state, problem, due_at, delivery.study_uid, delivery.result, delivery.destination],
    )
