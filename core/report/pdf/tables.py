"""Contributions and odds ratios of the model that knows most of the patient."""

import math
from typing import Any

from core.domain import RiskEstimate
from core.report.pdf.content import Report
from core.report.pdf.frame import BOLD, COLORS, INK, MUTED, RULE, draw_text
from core.report.wording import percent
from core.risk.odds_ratios import OddsRatio, odds_ratios

_ROW = 12.0
_OR_RANGE = (0.4, 10.0)


def fullest(report: Report) -> RiskEstimate | None:
    """Estimate by integrated, clinical or image model, the first that is given; None if none is."""
    risk = report.assessment.risk
    order = (risk.integrated, risk.clinical, risk.image)
    return next((found for found in order if found.p is not None), None)


def draw_contributions(canvas: Any, report: Report, x: float, top: float, width: float) -> float:
    """What each finding adds to the log-odds, up to the probability shown; where it ends."""
    found = fullest(report)
    if found is None or found.p is None or found.intercept is None:
        draw_text(canvas, "No model could be given.", x, top, color=MUTED)
        return top - _ROW
    title = f"Why: contributions, {found.kind.capitalize()}-to-HE"
    draw_text(canvas, title, x, top, font=BOLD, size=9.5)
    rows = [("Reference patient", found.intercept, "")]
    rows += [
        (f"{c.label} {c.value:.4g}", c.log_odds, f"odds \N{MULTIPLICATION SIGN} {c.odds_ratio:.2f}")
        for c in found.contributions
    ]
    y = top - 14
    for label, log_odds, odds in rows:
        draw_text(canvas, label, x, y)
        draw_text(canvas, f"{log_odds:+.2f}", x + width * 0.66, y, anchor="right")
        draw_text(canvas, odds, x + width, y, anchor="right")
        y -= _ROW
    canvas.setStrokeColor(RULE)
    canvas.line(x, y + 9, x + width, y + 9)
    total = found.intercept + sum(c.log_odds for c in found.contributions)
    draw_text(canvas, "Log-odds of this patient", x, y, font=BOLD)
    draw_text(canvas, f"{total:+.2f}", x + width * 0.66, y, font=BOLD, anchor="right")
    draw_text(canvas, f"risk {percent(found.p)}", x + width, y, font=BOLD, anchor="right")
    return y - 4


def draw_odds_ratios(canvas: Any, report: Report, x: float, top: float, width: float) -> float:
    """Odds ratios of the same model with their intervals, drawn and in numbers; where it ends."""
    found = fullest(report)
    if found is None:
        return top - _ROW
    model = report.risk_models.used_for(report.assessment.clinical)[found.kind]
    title = f"Odds ratios [95 % CI], {found.kind.capitalize()}-to-HE"
    draw_text(canvas, title, x, top, font=BOLD, size=9.5)
    y = top - 14
    for ratio in odds_ratios(model):
        low, high = ratio.ci95
        draw_text(canvas, f"{ratio.label} {ratio.contrast}", x, y, size=7.2)
        numbers = f"{ratio.value:.2f} [{low:.2f}, {high:.2f}]"
        draw_text(canvas, numbers, x + width, y, size=7.2, anchor="right")
        _draw_interval(canvas, ratio, (x + width * 0.54, x + width * 0.7), y + 2.5, found)
        y -= _ROW
    return y - 4


def _draw_interval(
    canvas: Any, ratio: OddsRatio, between: tuple[float, float], y: float, found: RiskEstimate
) -> None:
    def at(value: float) -> float:
        low, high = (math.log(end) for end in _OR_RANGE)
        share = (math.log(min(max(value, _OR_RANGE[0]), _OR_RANGE[1])) - low) / (high - low)
        return between[0] + share * (between[1] - between[0])

    canvas.setStrokeColor(RULE)
    canvas.line(at(1), y - 5, at(1), y + 6)
    canvas.setStrokeColor(INK)
    canvas.line(at(ratio.ci95[0]), y, at(ratio.ci95[1]), y)
    canvas.setFillColor(COLORS[found.kind])
    canvas.circle(at(ratio.value), y, 2.2, stroke=0, fill=1)
