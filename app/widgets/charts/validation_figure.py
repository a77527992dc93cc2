"""The charts of a validation as one file, which says by itself what they show."""

from app.widgets.charts.frame import HEIGHT, WIDTH
from app.widgets.charts.svg import bar, standing_alone, text
from app.widgets.charts.validation_charts import (
    COLORS,
    Performances,
    calibration_chart,
    decision_chart,
    roc_chart,
)
from core.report.digits import percent
from core.report.provenance import SIMULATED_COHORT
from core.study.external_validation import Performance

_LEFT, _LINE = 48, 22


def validation_figure(rules: Performances, threshold: float, *, simulated: bool) -> str:
    """SVG file of the curves with their colors, patients and numbers below."""
    charts = (
        roc_chart(rules, threshold),
        calibration_chart(rules),
        decision_chart(rules, threshold),
    )
    parts = [
        chart.replace("<svg", f'<svg x="{WIDTH * place}" width="{WIDTH}" height="{HEIGHT}"', 1)
        for place, chart in enumerate(charts)
    ]
    y = float(HEIGHT + _LINE)
    for rule, found in rules.items():
        parts.append(bar(_LEFT, _LEFT + 16, y - 10, 11, COLORS[rule]))
        parts.append(text(_LEFT + 24, y, _in_words(found)))
        y += _LINE
    words = f"Dots in the first chart, dashes in the third: a threshold of {percent(threshold)}."
    parts.append(text(_LEFT, y, f"{words} {SIMULATED_COHORT if simulated else ''}"))
    return standing_alone(WIDTH * len(charts), y + _LINE, "Validation", *parts)


def _in_words(found: Performance) -> str:
    """Such as "Image-to-HE: 569 patients, 114 expanded; AUC 0.74 [0.69, 0.79], …"."""
    numbers = found.numbers
    low, high = numbers.auc_ci95 or (None, None)
    between = "" if low is None else f" [{low:.2f}, {high:.2f}]"
    return (
        f"{numbers.model}: {numbers.n} patients, {numbers.events} expanded; "
        f"AUC {numbers.auc:.2f}{between}, calibration intercept {numbers.intercept:+.2f}, "
        f"slope {numbers.slope:.2f}"
    )
