"""The probabilities side by side, each with what it rests on; the outcome-based one first."""

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas

from core.domain import RiskEstimate
from core.report.colors import MODEL_COLORS
from core.report.digits import interval, model_name, natural_frequency, percent
from core.report.evidence import evidence
from core.report.pdf.content import Report
from core.report.pdf.style import (
    BODY,
    FIGURE,
    HEADING,
    HEADLINE,
    RULE,
    SMALL,
    STRONG,
    VALUE,
    Column,
    draw_line,
    draw_paragraph,
    draw_text,
    paragraph,
    text_width,
)
from core.risk.outcome import basis

_BESIDE = ParagraphStyle("beside", FIGURE, fontSize=6.8, leading=8.4)
_BAR = 7.0
_BELOW = 4.5  # the bar, where its color does not hide the interval


def draw_probabilities(canvas: Canvas, report: Report, top: float) -> float:
    """Draw them below a headline that stands on ``top``; where they end."""
    risk = report.assessment.risk
    title = "Probability of hematoma expansion (at least 6 mL or 33 % within 24 h)"
    draw_text(canvas, title, (BODY.x, top), HEADING)
    if any(found.p is not None for found in risk.all_estimates):
        legend = f"dashed: base rate {percent(risk.base_rate)}"
        draw_text(canvas, legend, (BODY.right, top), FIGURE, anchor="right")
    ends = []
    for found, column in zip(risk.all_estimates, BODY.split(4, 12), strict=True):
        draw_text(canvas, model_name(found.kind), (column.x, top - 16), STRONG)
        ends.append(_draw_estimate(canvas, report, found, column, top - 16))
    return min(ends)


def _draw_estimate(
    canvas: Canvas, report: Report, found: RiskEstimate, column: Column, top: float
) -> float:
    if found.p is None or found.ci95 is None:
        draw_text(canvas, "not given", (column.x, top - 20), VALUE)
        return draw_paragraph(canvas, paragraph(found.reason or "", SMALL), column, top - 26)
    draw_text(canvas, percent(found.p), (column.x, top - 23), HEADLINE)
    taken = text_width(percent(found.p), HEADLINE) + 5
    beside = Column(column.x + taken, column.width - taken)
    end = top - 4
    for words in (f"95 % CI {interval(found.ci95)}", natural_frequency(found.p)):
        end = draw_paragraph(canvas, paragraph(words, _BESIDE), beside, end)
    bar = top - 37
    _draw_bar(canvas, found.p, HexColor(MODEL_COLORS[found.kind]), column, bar)
    _draw_interval(canvas, found.ci95, column, bar - _BELOW)
    _draw_base_rate(canvas, report.assessment.risk.base_rate, column, bar)
    end = bar - 20
    for words in _rests_on(report, found):
        end = draw_paragraph(canvas, paragraph(words, SMALL), column, end)
    return end


def _rests_on(report: Report, found: RiskEstimate) -> tuple[str, ...]:
    known = evidence(report.models_used, report.risk_models, report.card)[found.kind]
    if found.kind != "outcome":
        return (known,)
    assessment = report.assessment
    return known, basis(assessment.clinical, assessment.image)


def _draw_bar(canvas: Canvas, p: float, color: HexColor, column: Column, y: float) -> None:
    for share, fill in ((1.0, RULE), (p, color)):
        canvas.setFillColor(fill)
        canvas.rect(column.x, y, column.width * share, _BAR, stroke=0, fill=1)
    draw_text(canvas, "0 %", (column.x, y - 17), SMALL)
    draw_text(canvas, "50 %", (column.x + column.width / 2, y - 17), SMALL, anchor="center")
    draw_text(canvas, "100 %", (column.right, y - 17), SMALL, anchor="right")


def _draw_interval(canvas: Canvas, ci95: tuple[float, float], column: Column, y: float) -> None:
    low, high = (column.x + column.width * end for end in ci95)
    draw_line(canvas, (low, y), (high, y), width=1.1)
    for end in (low, high):
        draw_line(canvas, (end, y - 2.2), (end, y + 2.2), width=1.1)


def _draw_base_rate(canvas: Canvas, base_rate: float, column: Column, y: float) -> None:
    x = column.x + column.width * base_rate
    canvas.saveState()
    canvas.setDash(2, 1.6)
    draw_line(canvas, (x, y - 8), (x, y + _BAR + 3), width=1)
    canvas.restoreState()
