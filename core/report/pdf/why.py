"""Why these probabilities: contributions and odds ratios side by side, at the top of page two."""

from reportlab.pdfgen.canvas import Canvas

from core.report.pdf.content import Report
from core.report.pdf.contributions import draw_contributions
from core.report.pdf.forest import draw_forest, forest_height
from core.report.pdf.style import BODY, TOP, Column

_CONTRIBUTIONS, _GAP = 210.0, 20.0
_HEADLINE = 12.0


def why_ends(report: Report) -> float:
    """Where they end: the odds ratios, of which there are always more, reach lower."""
    return TOP - _HEADLINE - forest_height(report)


def draw_why(canvas: Canvas, report: Report) -> None:
    """Draw both from the top of the page."""
    left = BODY.x + _CONTRIBUTIONS + _GAP
    draw_contributions(canvas, report, Column(BODY.x, _CONTRIBUTIONS), TOP - _HEADLINE)
    draw_forest(canvas, report, Column(left, BODY.right - left), TOP - _HEADLINE)
