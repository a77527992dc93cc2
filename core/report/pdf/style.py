"""What the pages are drawn with: measures in pt, fonts, styles, lines of text."""

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

PAGE_WIDTH, PAGE_HEIGHT = (float(side) for side in A4)
MARGIN = 40.0
TOP, BOTTOM = PAGE_HEIGHT - 98.0, 52.0
"""Between head and foot of a page."""

REGULAR, BOLD = "Vera", "VeraBd"
INK, MUTED, RULE = HexColor("#1a2026"), HexColor("#505961"), HexColor("#c9d0d6")
WARNING = HexColor("#a34f00")

TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=8, leading=10.5, textColor=INK)
STRONG = ParagraphStyle("strong", TEXT, fontName=BOLD)
ALERT = ParagraphStyle("alert", STRONG, textColor=WARNING)
ON_DARK = ParagraphStyle("on-dark", STRONG, fontSize=9.5, textColor=white)
FIGURE = ParagraphStyle("figure", TEXT, fontSize=7.2, leading=9.4)
SMALL = ParagraphStyle("small", TEXT, fontSize=7, leading=9.2, textColor=MUTED)
HEADING = ParagraphStyle(
    "heading", STRONG, fontSize=9.5, leading=13, spaceBefore=8, spaceAfter=2, keepWithNext=1
)
VALUE = ParagraphStyle("value", STRONG, fontSize=11, leading=13)
HEADLINE = ParagraphStyle("headline", STRONG, fontSize=19, leading=22)
TITLE = ParagraphStyle("title", STRONG, fontSize=15)
_LEAST_PT = 6.0

Anchor = Literal["left", "center", "right"]
Point = tuple[float, float]
_INSTEAD = {"\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}", "\N{SUPERSCRIPT NINE}": "^9"}
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Column:
    """Part of a page's width: its left edge and its width."""

    x: float
    width: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    def split(self, count: int, gap: float) -> list["Column"]:
        """Columns of equal width, ``gap`` apart."""
        width = (self.width - (count - 1) * gap) / count
        return [Column(self.x + number * (width + gap), width) for number in range(count)]


BODY = Column(MARGIN, PAGE_WIDTH - 2 * MARGIN)


def register_fonts() -> None:
    """Make the fonts known that come with reportlab: free, and embedded in the file."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    # Vera has no slanted letters here; a family must name all four.
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, REGULAR, BOLD)


def shown(text: str) -> str:
    """Text on one line in the letters that the font has (Latin), "?" for others."""
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    composed = unicodedata.normalize("NFC", text)
    letters = [_INSTEAD.get(letter, letter) for letter in composed]
    spaced = "".join(
        " " if letter in "\t\n\v\f\r\x85\u2028\u2029" else letter for letter in letters
    )
    return "".join(letter if ord(letter) in known else "?" for letter in spaced)


def signed(number: float) -> str:
    """Number to two decimals with a sign as wide as a digit.

    >>> signed(-0.25)
    '−0.25'
    """
    return f"{number:+.2f}".replace("-", "\N{MINUS SIGN}")


def paragraph(text: str, style: ParagraphStyle = TEXT, *, lead: str = "") -> Paragraph:
    """Text as it stands, after a lead in bold, wrapped where the line ends."""
    opening = f"<b>{escape(shown(lead))}:</b> " if lead else ""
    return Paragraph(opening + escape(shown(text)), style)


def draw_text(
    canvas: Canvas, text: str, at: Point, style: ParagraphStyle = TEXT, *, anchor: Anchor = "left"
) -> None:
    """One line of text, standing on a point."""
    canvas.setFillColor(style.textColor)
    canvas.setFont(style.fontName, style.fontSize)
    draw = {
        "left": canvas.drawString,
        "center": canvas.drawCentredString,
        "right": canvas.drawRightString,
    }[anchor]
    draw(*at, shown(text))


def text_width(text: str, style: ParagraphStyle) -> float:
    """Width of one line of text."""
    return float(pdfmetrics.stringWidth(shown(text), style.fontName, style.fontSize))


def draw_fitted(
    canvas: Canvas, text: str, at: Point, style: ParagraphStyle, *, width: float
) -> None:
    """One line of text no wider than ``width``: in smaller letters, then with its end cut off."""
    size = style.fontSize * min(1.0, width / max(text_width(text, style), 1.0))
    fitted = ParagraphStyle("fitted", style, fontSize=max(size, min(style.fontSize, _LEAST_PT)))
    if size < fitted.fontSize:
        # Bisected: a pasted text may be of any length.
        ends = range(len(text) + 1)
        kept = bisect_right(ends, width, key=lambda end: text_width(text[:end] + _ELLIPSIS, fitted))
        text = text[: kept - 1] + _ELLIPSIS
    draw_text(canvas, text, at, fitted)


def draw_paragraph(canvas: Canvas, block: Paragraph, column: Column, top: float) -> float:
    """Draw a paragraph below ``top``; where it ends."""
    _, height = block.wrapOn(canvas, column.width, PAGE_HEIGHT)
    block.drawOn(canvas, column.x, top - height)
    return float(top - height)


def draw_line(
    canvas: Canvas, start: Point, end: Point, color: Color = INK, *, width: float = 0.8
) -> None:
    """A straight line."""
    canvas.setLineWidth(width)
    canvas.setStrokeColor(color)
    canvas.line(*start, *end)
