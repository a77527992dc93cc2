"""Odds ratios of the models with their intervals, drawn and in numbers."""

import math
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from core.report.colors import MODEL_COLORS
from core.report.digits import model_name
from core.report.pdf.content import Report
from core.report.pdf.style import (
    FIGURE,
    HEADING,
    INK,
    RULE,
    SMALL,
    STRONG,
    Column,
    draw_fitted,
    draw_line,
    draw_text,
)
from core.risk.odds_ratios import OddsRatio, odds_ratios

_ROW, _HEAD, _GAP = 9.8, 11.0, 1.5
_TICKS = (0.5, 1, 2, 4, 8)
_MIDDLE = 3.0  # of a row, above the line its text stands on


@dataclass(frozen=True, slots=True)
class _Axis:
    """Odds ratios on a logarithmic scale from edge to edge of a column."""

    column: Column
    low: float = 0.4
    high: float = 10.0

    def at(self, ratio: float) -> float:
        """Place of a ratio; one beyond the axis lies on its end."""
        share = math.log(ratio / self.low) / math.log(self.high / self.low)
        return self.column.x + self.column.width * min(max(share, 0.0), 1.0)


def draw_forest(canvas: Canvas, report: Report, column: Column, top: float) -> None:
    """Odds ratios grouped by model, below a headline that stands on ``top``."""
    draw_text(canvas, "Odds ratios [95 % CI]", (column.x, top), HEADING)
    axis = _Axis(Column(column.x + 0.49 * column.width, 0.25 * column.width))
    groups = [(kind, odds_ratios(model)) for kind, model in report.models_used.items()]
    height = _rows_height(report)
    y = top - 14
    _draw_ticks(canvas, axis, y + 8, y - height + 6)
    for kind, ratios in groups:
        color = HexColor(MODEL_COLORS[kind])
        canvas.setFillColor(color)
        canvas.circle(column.x + 3, y + _MIDDLE, 3, stroke=0, fill=1)
        draw_text(canvas, model_name(kind), (column.x + 10, y), STRONG)
        y -= _HEAD
        for ratio in ratios:
            _draw_numbers(canvas, ratio, column, axis, y)
            _draw_mark(canvas, ratio, axis, color, y + _MIDDLE)
            y -= _ROW
        y -= _GAP


def forest_height(report: Report) -> float:
    """Height that they take, from the headline's line down, pt."""
    return 14 + _rows_height(report) + 8


def _rows_height(report: Report) -> float:
    models = report.models_used.values()
    return sum(_HEAD + _ROW * len(odds_ratios(model)) + _GAP for model in models)


def _draw_ticks(canvas: Canvas, axis: _Axis, top: float, bottom: float) -> None:
    for tick in _TICKS:
        x = axis.at(tick)
        draw_line(canvas, (x, top), (x, bottom), INK if tick == 1 else RULE, width=0.5)
        draw_text(canvas, f"{tick:g}", (x, bottom - 8), SMALL, anchor="center")


def _draw_numbers(canvas: Canvas, ratio: OddsRatio, column: Column, axis: _Axis, y: float) -> None:
    low, high = ratio.ci95
    label = f"{ratio.label} {ratio.contrast}"
    draw_fitted(canvas, label, (column.x + 10, y), FIGURE, width=axis.column.x - column.x - 14)
    numbers = f"{ratio.value:.2f} [{low:.2f}, {high:.2f}]"
    draw_text(canvas, numbers, (column.right, y), FIGURE, anchor="right")


def _draw_mark(canvas: Canvas, ratio: OddsRatio, axis: _Axis, color: HexColor, y: float) -> None:
    """Dot and interval; where the interval goes on beyond the axis, an arrow head at its end."""
    low, high = ratio.ci95
    draw_line(canvas, (axis.at(low), y), (axis.at(high), y), width=1)
    for end, beyond in ((axis.low, low < axis.low), (axis.high, high > axis.high)):
        if beyond:
            back = 3 if end == axis.low else -3
            for side in (2, -2):
                draw_line(canvas, (axis.at(end), y), (axis.at(end) + back, y + side), width=1)
    canvas.setFillColor(color)
    canvas.circle(axis.at(ratio.value), y, 2.6, stroke=0, fill=1)
