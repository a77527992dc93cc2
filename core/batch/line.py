"""A line of ``results.csv``: one patient."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from core.report.csv_text import text_cell


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One patient in ``results.csv``; without an assessment there is a ``reason``.

    ``low`` and ``high`` bound the 95 % interval of a probability; ``findings`` are codes.
    """

    patient: str
    assessed: bool
    reason: str = ""
    volume_ml: float | None = None
    abc2_ml: float | None = None
    ndl: float | None = None
    l5_hu: float | None = None
    outcome_equation: str = ""
    p_outcome: float | None = None
    p_outcome_low: float | None = None
    p_outcome_high: float | None = None
    p_image: float | None = None
    p_image_low: float | None = None
    p_image_high: float | None = None
    p_clinical: float | None = None
    p_clinical_low: float | None = None
    p_clinical_high: float | None = None
    p_integrated: float | None = None
    p_integrated_low: float | None = None
    p_integrated_high: float | None = None
    findings: str = ""
    model: str = ""
    input_sha256: str = ""


COLUMNS = tuple(field.name for field in fields(BatchLine))
HEADER = ",".join(COLUMNS) + "\n"
_TEXTS = tuple(field.name for field in fields(BatchLine) if field.type is str)


def csv_line(line: BatchLine | Mapping[str, Any]) -> str:
    """The line as text of the table, with its end."""
    text = io.StringIO()
    values = asdict(line) if isinstance(line, BatchLine) else {**line}
    for name in _TEXTS:
        values[name] = text_cell(values[name])
    csv.DictWriter(text, COLUMNS, lineterminator="\n").writerow(values)
    return text.getvalue()
