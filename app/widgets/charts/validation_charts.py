"""Validation of several rules as curves: ROC, calibration, decision."""

import math
from collections.abc import Mapping
from itertools import pairwise

from app.widgets.charts.frame import across, diagonal, framed, points, ticks, upwards
from app.widgets.charts.svg import dot, line, path, text
from core.report.colors import MODEL_COLORS
from core.study.external_validation import Performance, Rule

COLORS: dict[Rule, str] = {
    "outcome": MODEL_COLORS["outcome"],
    "image": MODEL_COLORS["image"],
    "clinical": MODEL_COLORS["clinical"],
    "integrated": MODEL_COLORS["integrated"],
    "gcs_terms": "#56B4E9",
    "equation_d": "#D55E00",
}
"""Of the rules; those that are no model have the next of Okabe and Ito's colors."""

_LEAST_NET_BENEFIT = -0.05  # a curve that falls further is out of the question

Performances = Mapping[Rule, Performance]


def roc_chart(rules: Performances, threshold: float) -> str:
    """SVG of the ROC curves; a dot on each is the threshold."""
    x, y = across(0, 1), upwards(0, 1)
    parts = [diagonal()]
    for rule, found in rules.items():
        parts.append(path(points(x, y, *found.roc.tolist()), stroke=COLORS[rule]))
    for rule, found in rules.items():
        at = found.at(threshold)
        if at.sensitivity.value is not None and at.specificity.value is not None:
            spot = x.at(1 - at.specificity.value), y.at(at.sensitivity.value)
            parts.append(dot(*spot, COLORS[rule], title=f"Threshold {threshold:.0%}"))
    areas = ", ".join(f"{found.numbers.model} {found.numbers.auc:.2f}" for found in rules.values())
    return framed(f"ROC curves; AUC {areas}", "1 - specificity", "Sensitivity", ticks(x, y), parts)


def calibration_chart(rules: Performances) -> str:
    """SVG of observed frequency by predicted risk, with Wilson's intervals."""
    bins = {rule: found.calibration for rule, found in rules.items()}
    ends = [end for found in bins.values() for b in found for end in (b.predicted, b.ci95[1])]
    most = min(1.0, math.ceil(10 * max(ends)) / 10)
    x, y = across(0, most), upwards(0, most)
    parts = [diagonal()]
    for rule, found in bins.items():
        spots = [(x.at(b.predicted), y.at(b.observed)) for b in found]
        parts.append(path(spots, stroke=COLORS[rule]))
        for b, point in zip(found, spots, strict=True):
            low, high = b.ci95
            parts.append(line(point[0], y.at(low), point[0], y.at(high), opacity=0.45))
            words = f"{b.events} of {b.n} expanded, {b.predicted:.0%} predicted"
            parts.append(dot(*point, COLORS[rule], title=words))
    label = "; ".join(
        f"{found.numbers.model} intercept {found.numbers.intercept:+.2f}, "
        f"slope {found.numbers.slope:.2f}"
        for found in rules.values()
    )
    return framed(
        f"Calibration; {label}", "Predicted risk", "Observed frequency", ticks(x, y), parts
    )


def decision_chart(rules: Performances, threshold: float) -> str:
    """SVG of net benefit over the threshold; dashed where the reader's threshold is."""
    first = next(iter(rules.values())).decision
    most = max(0.05, *(float(found.decision.model.max()) for found in rules.values()))
    x = across(0, float(first.thresholds[-1]))
    y = upwards(_LEAST_NET_BENEFIT, most)
    parts = [
        line(x.start, y.at(0), x.end, y.at(0), opacity=0.6),
        text(x.start + 4, y.at(0) + 14, "act on none"),
        line(x.at(threshold), y.start, x.at(threshold), y.end, opacity=0.6, dash="4 4"),
    ]
    for rule, found in rules.items():
        curve = found.decision
        kept = _above(_LEAST_NET_BENEFIT, curve.thresholds.tolist(), curve.model.tolist())
        parts.append(path([(x.at(a), y.at(b)) for a, b in kept], stroke=COLORS[rule]))
    all_treated = _above(_LEAST_NET_BENEFIT, first.thresholds.tolist(), first.treat_all.tolist())
    grey = [(x.at(a), y.at(b)) for a, b in all_treated]
    parts += [line(*a, *b, opacity=0.7, dash="2 3") for a, b in pairwise(grey)]
    beside, low = grey[2 * len(grey) // 3]
    parts.append(text(beside - 8, low, "act on all", anchor="end"))
    return framed(
        f"Net benefit at thresholds up to {x.high:.0%}",
        "Threshold",
        "Net benefit",
        ticks(x, y, y_format=".2f"),
        parts,
    )


def _above(least: float, xs: list[float], ys: list[float]) -> list[tuple[float, float]]:
    """Points before the curve first falls below the least value."""
    end = next((place for place, y in enumerate(ys) if y < least), len(ys))
    return list(zip(xs[:end], ys[:end], strict=True))
