"""A part of a batch, for one of many machines, and the parts put together again."""

import argparse
import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from core.batch.line import HEADER
from core.batch.results import RESULTS, read_lines, write_lines
from core.errors import UsageError

Row = TypeVar("Row")

_SHARD = re.compile(r"results-(\d+)-of-(\d+)\.csv")


@dataclass(frozen=True, slots=True)
class Shard:
    """Part ``number`` of ``count``, the first being 1; every ``count``-th patient is in it."""

    number: int = 1
    count: int = 1

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Its rows of a table: large studies that stand together are spread."""
        return rows[self.number - 1 :: self.count]

    @property
    def results(self) -> str:
        """Name of its table."""
        if self.count == 1:
            return RESULTS
        return f"results-{self.number:04d}-of-{self.count:04d}.csv"


WHOLE = Shard()


def shard_of(text: str) -> Shard:
    """Shard of an argument such as 3/40.

    Raises
    ------
    argparse.ArgumentTypeError
        It is none.
    """
    numbers = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    shard = Shard(*map(int, numbers.groups())) if numbers else None
    if shard is None or not 1 <= shard.number <= shard.count:
        raise argparse.ArgumentTypeError(f"{text} found, such as 3/40 expected: the third of forty")
    return shard


def merge_shards(patients: Sequence[str], folder: Path) -> int:
    """How many of the patients were assessed, once ``results.csv`` holds the lines of all shards.

    The tables of the shards stay.

    Raises
    ------
    UsageError
        A shard is not finished, they are not of one batch, or the folder cannot be written to.
    """
    shards = _shards(folder)
    lines: dict[str, str] = {}
    for shard in shards:
        found = read_lines(folder / shard.results)
        wanted = shard.of(patients)
        missing = len([patient for patient in wanted if patient not in found])
        if missing or len(found) > len(wanted):
            raise UsageError(
                f"Found {missing} patients of the table without a line in {shard.results}, and "
                f"{len(found) - len(wanted) + missing} lines of others; expected one a patient.",
                f"Run the batch with --shard {shard.number}/{shard.count} --resume to its end.",
            )
        lines |= found
    rows = list(csv.DictReader([HEADER, *lines.values()]))
    models = {row["model"] for row in rows} - {""}
    if len(models) > 1:
        raise UsageError(
            f"Found shards of several models: {', '.join(sorted(models))}; expected one.",
            "Run the shards again with the same --model.",
        )
    write_lines((lines[patient] for patient in patients), folder / RESULTS)
    return sum(row["assessed"] == "True" for row in rows)


def _shards(folder: Path) -> list[Shard]:
    """All shards of a batch, of which each has a table."""
    found = [_SHARD.fullmatch(file.name) for file in sorted(folder.glob("results-*.csv"))]
    shards = [Shard(*map(int, name.groups())) for name in found if name]
    counts = {shard.count for shard in shards}
    if len(counts) != 1:
        raise UsageError(
            f"Found shards of {len(counts)} batches in {folder.name}, of one expected.",
            "Name the folder --out of the shards; delete the tables of another division.",
        )
    (count,) = counts
    missing = sorted(set(range(1, count + 1)) - {shard.number for shard in shards})
    if missing:
        raise UsageError(
            f"Found {len(shards)} of {count} shards; number {missing[0]} is the first missing.",
            f"Run the batch with --shard {missing[0]}/{count}.",
        )
    return shards
