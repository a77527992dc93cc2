"""What a model was measured to do, as marks on a line: only numbers that its card holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.widgets.charts.svg import Axis, dot, drawing, line, text
from core.models.card import RiskValidation

_WIDTH, _LEFT, _RIGHT = 560, 12, 540
_ROW, _HEAD, _COLOR = 40.0, 4.0, "currentColor"


def auc_chart(found: Sequence[RiskValidation]) -> str:
    """SVG of the AUC of each risk model that was tested on outcomes, with its 95 % interval."""
    x = Axis(0.5, 1, _LEFT, _RIGHT)
    rows = []
    for place, tested in enumerate(found):
        name = f"{tested.model.replace('_', ' ')}: {tested.auc:.2f}"
        rows.append(_row(x, place, name, tested.auc, tested.auc_ci95))
    return _drawn(x, "AUC of the risk models, 95 % intervals", (0.5, 0.6, 0.7, 0.8, 0.9, 1), rows)


def dice_chart(measured: Mapping[str, Mapping[str, Any]]) -> str:
    """SVG of the Dice of a patient: mean with its 95 % interval, and, hollow, the worst one.

    ``measured`` are the metrics of a card by what the patients were.
    """
    x = Axis(0, 1, _LEFT, _RIGHT)
    rows = []
    for place, (who, found) in enumerate(measured.items()):
        dice = found["dice"]
        worst = dice.get("worst")
        said = "" if worst is None else f", worst {worst:.2f}"
        name = f"{who}: mean {dice['mean']:.2f}{said}"
        row = _row(x, place, name, dice["mean"], dice.get("mean_ci95"))
        if worst is not None:
            row += dot(x.at(worst), _middle(place), _COLOR, hollow=True, title="Worst patient")
        rows.append(row)
    return _drawn(x, "Dice a patient", (0, 0.2, 0.4, 0.6, 0.8, 1), rows)


def _row(x: Axis, place: int, name: str, value: float, ci95: Sequence[float] | None) -> str:
    """A name with its mark below it."""
    y = _middle(place)
    marks = text(_LEFT, y - 12, name) + dot(x.at(value), y, _COLOR, title=f"{value:.3f}")
    if ci95 is None:
        return marks
    ends = [x.at(end) for end in ci95]
    return (
        marks
        + line(*(ends[0], y), *(ends[1], y))
        + "".join(line(end, y - 5, end, y + 5) for end in ends)
    )


def _middle(place: int) -> float:
    """Height of the marks of a row."""
    return _HEAD + _ROW * place + 28


def _drawn(x: Axis, label: str, ticks: Sequence[float], rows: Sequence[str]) -> str:
    bottom = _HEAD + _ROW * len(rows) + 4
    scale = [
        line(x.at(tick), _HEAD, x.at(tick), bottom, opacity=0.12)
        + text(x.at(tick), bottom + 14, f"{tick:g}", anchor="middle")
        for tick in ticks
    ]
    return drawing(_WIDTH, bottom + 20, label, *scale, *rows)
