"""What each finding adds to the log-odds, by the first model that is given."""

from reportlab.pdfgen.canvas import Canvas

from core.domain import Contribution, RiskEstimate
from core.report.digits import model_name, percent, value_of
from core.report.pdf.content import Report
from core.report.pdf.style import (
    HEADING,
    RULE,
    STRONG,
    TEXT,
    Column,
    draw_fitted,
    draw_line,
    draw_text,
    signed,
)

_ROW = 12.0
_NUMBERS = 0.7  # of the width, the right edge of the log-odds


def draw_contributions(canvas: Canvas, report: Report, column: Column, top: float) -> None:
    """Contributions up to the probability shown, below a headline on ``top``."""
    found = _first(report)
    if found is None or found.p is None or found.intercept is None:
        draw_text(canvas, "No model could be given.", (column.x, top), HEADING)
        return
    draw_text(canvas, f"Why: contributions, {model_name(found.kind)}", (column.x, top), HEADING)
    middle = column.x + _NUMBERS * column.width
    y = top - 14
    rows = [("Reference patient", found.intercept, "")]
    rows += [
        (f"{c.label} {value_of(c.term, c.value)}", c.log_odds, _odds(c))
        for c in found.contributions
    ]
    for label, log_odds, odds in rows:
        draw_fitted(canvas, label, (column.x, y), TEXT, width=middle - column.x - 30)
        draw_text(canvas, signed(log_odds), (middle, y), anchor="right")
        draw_text(canvas, odds, (column.right, y), anchor="right")
        y -= _ROW
    draw_line(canvas, (column.x, y + 9), (column.right, y + 9), RULE)
    total = found.intercept + sum(c.log_odds for c in found.contributions)
    draw_text(canvas, "Log-odds of this patient", (column.x, y), STRONG)
    draw_text(canvas, signed(total), (middle, y), STRONG, anchor="right")
    draw_text(canvas, f"risk {percent(found.p)}", (column.right, y), STRONG, anchor="right")


def _first(report: Report) -> RiskEstimate | None:
    """Outcome-based, integrated, clinical or image estimate, the first given; None if none is."""
    risk = report.assessment.risk
    order = (risk.outcome, risk.integrated, risk.clinical, risk.image)
    return next((found for found in order if found.p is not None), None)


def _odds(share: Contribution) -> str:
    return f"odds \N{MULTIPLICATION SIGN} {share.odds_ratio:.2f}"
