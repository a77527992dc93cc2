"""Page one, for the clinician: pictures, volume, probabilities, and what must be known of them."""

from reportlab.pdfgen.canvas import Canvas

from core.imaging.head import head_box
from core.report.digits import hounsfield, image_score, milliliters, percent
from core.report.pdf.content import Report
from core.report.pdf.notes import Note, notes
from core.report.pdf.picture import draw_picture, draw_sides
from core.report.pdf.probabilities import draw_probabilities
from core.report.pdf.style import (
    BODY,
    BOTTOM,
    FIGURE,
    HEADING,
    HEADLINE,
    PAGE_HEIGHT,
    SMALL,
    TEXT,
    TOP,
    VALUE,
    Column,
    Point,
    draw_fitted,
    draw_line,
    draw_paragraph,
    draw_text,
    paragraph,
    text_width,
)
from core.report.pictures import activation_picture, key_slices, outlined_picture

_SIDE = 129.0  # of a picture
_GAP = 6.0
_CAPTION = 12.5  # below the upper pictures
_ABREAST = 3
_SCALE, _SCALE_MM = "5 cm", 50


def draw_page_one(canvas: Canvas, report: Report) -> None:
    """Everything on page one but its head and foot."""
    beside = BODY.x + _ABREAST * (_SIDE + _GAP) + 5
    bottom = min(
        _draw_pictures(canvas, report),
        _draw_measures(canvas, report, Column(beside, BODY.right - beside)),
    )
    bottom = draw_probabilities(canvas, report, bottom - 15)
    _draw_notes(canvas, notes(report), BODY, bottom - 4)


def _draw_pictures(canvas: Canvas, report: Report) -> float:
    """Key slices, outlined above and, of a hematoma, activation below; where they end."""
    assessment = report.assessment
    head = head_box(assessment.volume.hu)
    mm_across = head.size * assessment.volume.geometry.pixel_spacing_mm[1]
    upper, lower = TOP - _SIDE, TOP - 2 * _SIDE - _CAPTION
    for place, index in enumerate(key_slices(assessment.slices, _ABREAST)):
        x = BODY.x + place * (_SIDE + _GAP)
        draw_picture(canvas, outlined_picture(assessment, index, head), (x, upper), _SIDE)
        draw_sides(canvas, assessment.volume.geometry, (x, upper), _SIDE)
        _draw_caption(canvas, report, index, (x, upper), _SIDE * _SCALE_MM / mm_across)
        if report.found_hematoma:
            draw_picture(canvas, activation_picture(assessment, index, head), (x, lower), _SIDE)
    words = "Brain window. No hematoma found: the slices in which one is likeliest."
    if report.found_hematoma:
        words = (
            "Above: brain window, hematoma outlined. Below: Grad-CAM shows where the network "
            "looked, not why; dark does not raise the score."
        )
    end = (lower if report.found_hematoma else upper - _CAPTION) - 9
    draw_text(canvas, words, (BODY.x, end), SMALL)
    return end


def _draw_caption(canvas: Canvas, report: Report, index: int, at: Point, scale_bar: float) -> None:
    """Slice and scale bar, below a picture."""
    x, y, right = at[0], at[1] - 9, at[0] + _SIDE
    left = right - scale_bar
    draw_line(canvas, (left, y + 2.5), (right, y + 2.5), width=1.5)
    for end in (left, right):
        draw_line(canvas, (end, y), (end, y + 5))
    draw_text(canvas, _SCALE, (left - 4, y), FIGURE, anchor="right")
    room = left - x - text_width(_SCALE, FIGURE) - 8
    caption = f"slice {index + 1}, z {report.assessment.slices[index].z_mm:.0f} mm"
    draw_fitted(canvas, caption, (x, y), FIGURE, width=room)


def _draw_measures(canvas: Canvas, report: Report, column: Column) -> float:
    """Volume and its companions; where they end."""
    assessment = report.assessment
    with_hematoma = sum(found.area_mm2 > 0 for found in assessment.slices)
    volume = [
        ("Hematoma volume", milliliters(assessment.volume_ml), HEADLINE),
        ("ABC/2", milliliters(assessment.abc2_ml), VALUE),
    ]
    nothing = [("Hematoma", "No hematoma found", VALUE)]
    ndl = "not given" if assessment.ndl is None else image_score(assessment.ndl)
    l5 = "not given" if assessment.l5_hu is None else hounsfield(assessment.l5_hu)
    rows = [
        *(volume if report.found_hematoma else nothing),
        ("Image score (nDL), mean 20", ndl, VALUE),
        ("Diffuseness (L5): less negative is more diffuse, a higher risk", l5, VALUE),
        ("Slices with hematoma", f"{with_hematoma} of {len(assessment.slices)}", VALUE),
        ("Base rate of expansion", percent(assessment.risk.base_rate), VALUE),
    ]
    y = TOP
    for label, value, style in rows:
        y = draw_paragraph(canvas, paragraph(label, SMALL), column, y)
        y = draw_paragraph(canvas, paragraph(value, style), column, y) - 8
    return y


def _draw_notes(canvas: Canvas, listed: list[Note], column: Column, top: float) -> None:
    """As many notes as fit; all of them stand on the next page."""
    draw_text(canvas, "Please note", (column.x, top - 12), HEADING)
    y = top - 16
    last_line = BOTTOM + SMALL.leading
    for number, note in enumerate(listed):
        block = paragraph(note.text, TEXT if note.alarming else FIGURE, lead=note.lead)
        height = block.wrap(column.width, PAGE_HEIGHT)[1]
        if y - height < (BOTTOM if number == len(listed) - 1 else last_line):
            rest = f"More notes on the next page: {len(listed) - number}."
            draw_paragraph(canvas, paragraph(rest, SMALL), column, y)
            return
        y = draw_paragraph(canvas, block, column, y) - 1
