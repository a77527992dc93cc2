"""What a study found: every number by table, row and column, with what the paper printed."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go


@dataclass(frozen=True, slots=True)
class Cell:
    """One number, or one text, of a table.

    ``paper`` is what Lee 2024 printed there, ``expected`` what a large cohort with the paper's
    distributions would show (clinical-reference 5.6); None where there is nothing to compare.
    """

    value: float | str | None
    ci95: tuple[float, float] | None = None
    p: float | None = None
    n: int | None = None
    paper: str | None = None
    expected: float | None = None

    def found(self, digits: int) -> str:
        """What was found, with interval, p and number of patients; significant ``digits``."""
        words = "not given" if self.value is None else _number(self.value, digits)
        if self.ci95 is not None:
            words += f" [{_number(self.ci95[0], digits)}, {_number(self.ci95[1], digits)}]"
        if self.p is not None:
            words += f", p {'< 0.001' if self.p < 0.001 else f'= {self.p:.3f}'}"
        if self.n is not None:
            words += f", n = {self.n}"
        return words

    def beside(self, digits: int) -> str:
        """What the paper printed and what to expect; empty where there is nothing to compare."""
        parts = [f"paper {self.paper}"] if self.paper is not None else []
        parts += [f"expected {_number(self.expected, digits)}"] if self.expected is not None else []
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; ``name`` is its key in ``study.json``."""

    name: str
    label: str
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class StudyTable:
    """A table of the paper, made from the cohort; ``digits`` of its numbers are significant."""

    name: str
    title: str
    columns: dict[str, str]
    rows: tuple[Row, ...]
    note: str = ""
    digits: int = 3


@dataclass(frozen=True, slots=True, eq=False)
class StudyFigure:
    """A figure and what it shows in words."""

    name: str
    title: str
    figure: go.Figure
    in_words: str

    def series(self) -> dict[str, dict[str, list[float]]]:
        """Points of every named curve; ``low`` and ``high`` where it has intervals."""
        return {trace.name: _points(trace) for trace in self.figure.data if trace.name}


@dataclass(frozen=True, slots=True)
class Panel:
    """One slice of a patient as PNG: as scanned, with its segmentation, under its activation."""

    title: str
    pictures: tuple[bytes, bytes, bytes]


@dataclass(frozen=True, slots=True)
class StudyPanels:
    """A figure of slices, and what it shows in words, or why it shows nothing."""

    name: str
    title: str
    panels: tuple[Panel, ...]
    in_words: str


AnswerStatus = Literal["answered", "answered in part", "for the authors"]


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of a reporting checklist, in a paraphrase, and what can be said to it."""

    number: str
    section: str
    asks: str
    status: AnswerStatus
    answer: str


@dataclass(frozen=True, slots=True, eq=False)
class StudyResult:
    """Tables and figures of one cohort; ``facts`` say who, how many, which settings."""

    simulated: bool
    facts: dict[str, str | int | float]
    tables: tuple[StudyTable, ...]
    figures: tuple[StudyFigure, ...]
    panels: StudyPanels
    checklist: tuple[ChecklistItem, ...]
    warnings: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Every number as JSON values, keyed by table, row and column."""
        return {
            "schema": "hescope-study/1",
            "simulated": self.simulated,
            "facts": self.facts,
            "warnings": list(self.warnings),
            "tables": {
                table.name: {
                    row.name: {column: asdict(cell) for column, cell in row.cells.items()}
                    for row in table.rows
                }
                for table in self.tables
            },
            "figures": {shown.name: shown.series() for shown in self.figures},
            self.panels.name: self.panels.in_words,
            "tripod_ai": {item.number: asdict(item) for item in self.checklist},
        }


def _points(trace: go.Scatter) -> dict[str, list[float]]:
    x, y = np.asarray(trace.x, np.float64), np.asarray(trace.y, np.float64)
    points = {"x": x.tolist(), "y": y.tolist()}
    if trace.error_y.array is None:
        return points
    below, above = np.asarray(trace.error_y.arrayminus), np.asarray(trace.error_y.array)
    return points | {"low": (y - below).tolist(), "high": (y + above).tolist()}


def _number(value: float | str, digits: int) -> str:
    """A text as it is, a number with so many significant digits, final zeros too."""
    return value if isinstance(value, str) else f"{value:#.{digits}g}".rstrip(".")
