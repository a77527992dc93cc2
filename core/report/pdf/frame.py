"""What every page has: measures, fonts, head and foot."""

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from core.domain import ModelKind
from core.report.pdf.content import Report
from core.report.provenance import RESEARCH_USE, VERSION

PAGE = A4
MARGIN = 40.0
WIDTH = PAGE[0] - 2 * MARGIN
TOP = PAGE[1] - 92.0
BOTTOM = 56.0

REGULAR, BOLD = "Vera", "VeraBd"
INK, MUTED, RULE = HexColor("#1a2026"), HexColor("#5a636b"), HexColor("#c9d0d6")
WARNING = HexColor("#b35900")
COLORS: dict[ModelKind, Any] = {
    "image": HexColor("#E69F00"),
    "clinical": HexColor("#009E73"),
    "integrated": HexColor("#0072B2"),
}
_INSTEAD = {"\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}", "\N{SUPERSCRIPT NINE}": "^9"}
TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=8, leading=10.5, textColor=INK)
SMALL = ParagraphStyle("small", TEXT, fontSize=6.8, leading=8.8, textColor=MUTED)
HEADING = ParagraphStyle(
    "heading", TEXT, fontName=BOLD, fontSize=9.5, leading=13, spaceBefore=8, spaceAfter=2
)


def register_fonts() -> None:
    """Make the fonts known that come with reportlab: free, and embedded in the file."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))


def shown(text: str) -> str:
    """Text in the letters that the font has, "?" for others."""
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return "".join(letter if ord(letter) in known else _INSTEAD.get(letter, "?") for letter in text)


def paragraph(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    """Text as it stands, wrapped where the line ends."""
    return Paragraph(escape(shown(text)), style)


def draw_text(canvas: Any, text: str, x: float, y: float, **how: Any) -> None:
    """One line of text; ``size``, ``font``, ``color``, and ``anchor`` left, center or right."""
    canvas.setFillColor(how.get("color", INK))
    canvas.setFont(how.get("font", REGULAR), how.get("size", 8))
    draw = {
        "left": canvas.drawString,
        "center": canvas.drawCentredString,
        "right": canvas.drawRightString,
    }[how.get("anchor", "left")]
    draw(x, y, shown(text))


def draw_paragraph(canvas: Any, block: Paragraph, x: float, top: float, width: float) -> float:
    """Draw a paragraph below ``top``; where it ends."""
    _, height = block.wrapOn(canvas, width, PAGE[1])
    block.drawOn(canvas, x, top - height)
    return float(top - height)


def draw_frame(canvas: Any, report: Report) -> None:
    """Head and foot of a page."""
    top = PAGE[1] - 46
    draw_text(canvas, "HEscope assessment", MARGIN, top, font=BOLD, size=15)
    canvas.setFillColor(WARNING)
    canvas.roundRect(PAGE[0] - MARGIN - 238, top - 6, 238, 20, 4, stroke=0, fill=1)
    draw_text(
        canvas,
        RESEARCH_USE,
        PAGE[0] - MARGIN - 119,
        top,
        font=BOLD,
        size=9.5,
        color=HexColor("#ffffff"),
        anchor="center",
    )
    draw_text(canvas, _whose(report), MARGIN, top - 20, size=9)
    if report.assessment.segmentation.edited_by_reader:
        right = PAGE[0] - MARGIN
        badge = "Segmentation edited by reader"
        draw_text(canvas, badge, right, top - 20, font=BOLD, color=WARNING, anchor="right")
    canvas.setStrokeColor(RULE)
    canvas.line(MARGIN, top - 28, PAGE[0] - MARGIN, top - 28)
    canvas.line(MARGIN, 46, PAGE[0] - MARGIN, 46)
    model = report.assessment.model
    foot = (
        f"HEscope {VERSION} · model {model.name} {model.version} · made "
        f"{report.made_at:%Y-%m-%d %H:%M} · not for diagnosis or treatment decisions"
    )
    draw_text(canvas, foot, MARGIN, 34, size=7, color=MUTED)
    page = f"page {canvas.getPageNumber()}"
    draw_text(canvas, page, PAGE[0] - MARGIN, 34, size=7, color=MUTED, anchor="right")


def _whose(report: Report) -> str:
    header = report.assessment.volume.series.patient
    clinical = report.assessment.clinical
    age = header.age_years if clinical.age_years is None else clinical.age_years
    facts = [
        report.patient_label or "No patient identifier on this report",
        f"{age:g} years" if age is not None else "",
        clinical.sex or header.sex or "",
        f"CT of {header.acquired_at:%d %b %Y, %H:%M}" if header.acquired_at else "CT time unknown",
        f"{len(report.assessment.slices)} slices",
    ]
    return " · ".join(fact for fact in facts if fact)
