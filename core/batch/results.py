"""``results.csv``: a line as soon as its study has ended, all in the table's order at the end."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.batch.line import COLUMNS, HEADER, BatchLine, csv_line
from core.writing import write_together, writing_to

RESULTS = "results.csv"
_THEN = "; --resume keeps what is done"


def read_lines(file: Path) -> dict[str, str]:
    """Lines of a table by patient, as text; none where it is not there or of another version.

    The last line of a patient stands; a line that was cut short by the end of its program is none.
    """
    try:
        text = file.read_bytes().decode()
    except (OSError, UnicodeError):
        return {}
    whole = text[: text.rfind("\n") + 1]
    rows = csv.DictReader(io.StringIO(whole, newline=""))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        return {}
    return {row["patient"]: csv_line(row) for row in rows if _is_whole(row)}


def _is_whole(row: Mapping[str | None, object]) -> bool:
    return None not in row and None not in row.values()


def write_lines(lines: Iterable[str], file: Path) -> None:
    """Write a table of these lines in one step.

    Raises
    ------
    UsageError
        The folder cannot be written to; the table is as it was before.
    """
    text = HEADER + "".join(lines)
    with writing_to(file.parent, then=_THEN):
        write_together({file.name: text.encode()}, file.parent)


class ResultsFile:
    """The table while it grows.  A program that is killed loses the studies under way, no line.

    ``keep``: lines of an earlier call stay until others of their patients take their place.
    """

    def __init__(self, file: Path, *, keep: bool) -> None:
        self._file = file
        self._lines = read_lines(file) if keep else {}
        self._begun = False

    def add(self, line: BatchLine) -> None:
        """Put a line at the end; of a patient whose line is there already, nothing.

        Raises
        ------
        UsageError
            The folder cannot be written to; the table is as it was before.
        """
        text = csv_line(line)
        if not self._begun:
            write_lines(self._lines.values(), self._file)
            self._begun = True
        if self._lines.get(line.patient) != text:
            self._lines[line.patient] = text
            with writing_to(self._file.parent, then=_THEN):
                _append(text.encode(), self._file)

    def finish(self, patients: Iterable[str]) -> None:
        """Write the lines of these patients in their order, and no other."""
        write_lines((self._lines[patient] for patient in patients), self._file)


def _append(content: bytes, file: Path) -> None:
    """Add to a file all or nothing, as long as the program lives."""
    with file.open("r+b", buffering=0) as stream:
        end = stream.seek(0, os.SEEK_END)
        try:
            if stream.write(content) != len(content):
                raise OSError(28, os.strerror(28))  # the rest would meet this
        except BaseException:
            stream.truncate(end)
            raise
