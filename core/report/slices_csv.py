"""What was found on each slice, as a table."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields

from core.domain import SliceResult


def slices_csv(slices: Sequence[SliceResult]) -> str:
    """CSV of one line a slice, caudal first; a DL score is blank where there is no hematoma."""
    table = io.StringIO()
    columns = [field.name for field in fields(SliceResult)]
    writer = csv.DictWriter(table, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(result) for result in slices)
    return table.getvalue()
