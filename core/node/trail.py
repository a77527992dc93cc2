"""The audit trail: what happened to each study, in entries each of which seals all before it.

An entry's ``sha256`` is that of the one before, its time and its event.  Whoever alters, inserts or
removes an entry breaks the chain; whoever cuts off its end is found out by an earlier ``head`` that
was kept elsewhere.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.given import load_json

START = "0" * 64
"""What the first entry is chained to."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS trail (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, sha256 TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS trail_is_not_changed BEFORE UPDATE ON trail
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER IF NOT EXISTS trail_is_not_deleted BEFORE DELETE ON trail
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail; ``event`` is its JSON as sealed, ``at`` UTC in ISO 8601."""

    number: int
    at: str
    event: str
    sha256: str

    def line(self) -> str:
        """The entry as a line of the export."""
        return json.dumps({**self._fields(), "event": json.loads(self.event)}, sort_keys=True)

    def _fields(self) -> dict[str, object]:
        return {"number": self.number, "at": self.at, "sha256": self.sha256}


def append(db: sqlite3.Connection, event: Mapping[str, object]) -> None:
    """Add an event within the transaction that makes it true."""
    number, previous = db.execute(
        "SELECT number, sha256 FROM trail ORDER BY number DESC LIMIT 1"
    ).fetchone() or (0, START)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    text = _canonical(event)
    sealed = (number + 1, at, text, _seal(previous, number + 1, at, text))
    db.execute("INSERT INTO trail VALUES (?, ?, ?, ?)", sealed)


def entries(db: sqlite3.Connection) -> Iterator[Entry]:
    """All entries, the first one first."""
    for row in db.execute("SELECT number, at, event, sha256 FROM trail ORDER BY number"):
        yield Entry(*row)


def read_entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Entries of an export.

    Raises
    ------
    ValueError
        A line is none.
    """
    for line in lines:
        try:
            found = load_json(line)
            yield Entry(found["number"], found["at"], _canonical(found["event"]), found["sha256"])
        except (KeyError, TypeError) as error:
            raise ValueError("no entry of a trail") from error


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a chain holds: ``broken_at`` is the number of the first entry that does not.

    ``head`` is the hash of the last entry, to be kept elsewhere; ``head_found`` whether an earlier
    head is still part of the chain, True where none was asked for.
    """

    count: int
    head: str
    broken_at: int | None
    head_found: bool

    @property
    def holds(self) -> bool:
        """Whether nothing was altered, inserted or removed."""
        return self.broken_at is None and self.head_found


def verify(chain: Iterable[Entry], *, earlier_head: str | None = None) -> Verdict:
    """Verdict over a chain, by its hashes alone."""
    count, head = 0, START
    head_found = earlier_head in (None, START)
    for count, entry in enumerate(chain, start=1):
        sealed = _seal(head, count, entry.at, entry.event)
        if entry.number != count or entry.sha256 != sealed:
            return Verdict(count, head, count, head_found)
        head = sealed
        head_found = head_found or head == earlier_head
    return Verdict(count, head, None, head_found)


def _canonical(event: Mapping[str, object]) -> str:
    return json.dumps(event, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _seal(previous: str, number: int, at: str, event: str) -> str:
    return hashlib.sha256(f"{previous}\n{number}\n{at}\n{event}".encode()).hexdigest()
