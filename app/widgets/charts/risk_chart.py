"""Risk over the values of one finding, with its 95 % band and where the patient stands."""

import numpy as np

from app.widgets.charts.svg import Axis, dot, drawing, line, path, text
from app.wording import named
from core.domain import EstimateKind, FloatArray
from core.report.colors import MODEL_COLORS
from core.report.digits import model_name, percent
from core.risk.whatif import RiskCurve

_WIDTH, _HEIGHT = 330, 190


def risk_chart(
    curve: RiskCurve,
    kind: EstimateKind,
    *,
    baseline: tuple[float, float] | None,
    now: tuple[float, float] | None,
) -> str:
    """SVG of a curve; ``baseline`` and ``now`` are value of the variable and risk, if known."""
    x = Axis(float(curve.values[0]), float(curve.values[-1]), 38, _WIDTH - 12)
    y = Axis(0, 1, _HEIGHT - 34, 14)
    middle, upper, lower = (_points(curve, p, x, y) for p in (curve.p, curve.high, curve.low))
    color = MODEL_COLORS[kind]
    marks = [
        dot(x.at(point[0]), y.at(point[1]), color, hollow=hollow, title=title)
        for point, hollow, title in ((baseline, True, "Baseline"), (now, False, "Now"))
        if point
    ]
    return drawing(
        _WIDTH,
        _HEIGHT,
        f"{model_name(kind)} risk over {curve.label}: {percent(float(curve.p[0]))} at "
        f"{_named(curve, 0)}, {percent(float(curve.p[-1]))} at {_named(curve, -1)}",
        *_frame(x, y),
        path(upper + lower[::-1], fill=color),
        path(middle, stroke=color),
        *marks,
        text(x.start, _HEIGHT - 17, _named(curve, 0)),
        text(x.end, _HEIGHT - 17, _named(curve, -1), anchor="end"),
        text((x.start + x.end) / 2, _HEIGHT - 2, curve.label, anchor="middle", weight=600),
    )


def _points(curve: RiskCurve, p: FloatArray, x: Axis, y: Axis) -> list[tuple[float, float]]:
    """Line of risks, or flight of steps where a value between two means nothing."""
    values = curve.values
    if curve.stepped:
        edges = (values[1:] + values[:-1]) / 2
        values = np.concatenate([values[:1], np.repeat(edges, 2), values[-1:]])
        p = np.repeat(p, 2)
    return [(x.at(float(v)), y.at(float(risk))) for v, risk in zip(values, p, strict=True)]


def _frame(x: Axis, y: Axis) -> list[str]:
    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts.append(line(x.start, y.at(share), x.end, y.at(share), opacity=0.2))
        parts.append(text(x.start - 5, y.at(share) + 4, f"{100 * share:.0f}%", anchor="end"))
    return parts


def _named(curve: RiskCurve, index: int) -> str:
    return named(curve.variable, float(curve.values[index]))
