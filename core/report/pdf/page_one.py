"""Page one, for the clinician: pictures, volume, three probabilities, and what they rest on."""

import io
from typing import Any

from PIL import Image
from reportlab.lib.utils import ImageReader

from core.domain import RiskEstimate
from core.report.nifti import nifti_findings
from core.report.pdf.content import Report
from core.report.pdf.frame import (
    BOLD,
    COLORS,
    HEADING,
    INK,
    MARGIN,
    MUTED,
    PAGE,
    RULE,
    SMALL,
    TOP,
    WARNING,
    WIDTH,
    draw_paragraph,
    draw_text,
    paragraph,
)
from core.report.pdf.pictures import activation_picture, key_slices, mm_across, outlined_picture
from core.report.pdf.tables import draw_contributions, draw_odds_ratios
from core.report.wording import interval, natural_frequency, percent

_SIDE = 122.0  # of a picture
_GAP = 6.0
_CAPTION = 12.0  # below the upper pictures
_JPEG_QUALITY = 90  # noise does not compress without loss: 7 MB a report
_SCALE_BAR_MM = 50


def draw_page_one(canvas: Any, report: Report) -> None:
    """Everything on page one but its head and foot."""
    bottom = _pictures(canvas, report, TOP)
    _measures(canvas, report, TOP)
    bottom = _probabilities(canvas, report, bottom - 20)
    middle = MARGIN + WIDTH / 2 + 8
    width = WIDTH / 2 - 8
    left = draw_contributions(canvas, report, MARGIN, bottom - 16, width)
    right = draw_odds_ratios(canvas, report, middle, bottom - 16, width)
    _words(canvas, report, min(left, right) - 6)


def _pictures(canvas: Any, report: Report, top: float) -> float:
    """Key slices, outlined above and with their activation below; where they end."""
    assessment = report.assessment
    for column, index in enumerate(key_slices(assessment.slices)):
        x = MARGIN + column * (_SIDE + _GAP)
        _picture(canvas, outlined_picture(assessment, index), x, top - _SIDE)
        below = top - 2 * _SIDE - _CAPTION
        _picture(canvas, activation_picture(assessment, index), x, below)
        _marks(canvas, report, index, x, top)
    end = top - 2 * _SIDE - _CAPTION
    note = (
        "Above: brain window, outline of the hematoma. Below: Grad-CAM; it shows where the network "
        "looked, not why. Bar: 5 cm."
    )
    draw_text(canvas, note, MARGIN, end - 10, size=6.8, color=MUTED)
    return end - 10


def _picture(canvas: Any, picture: Image.Image, x: float, y: float) -> None:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    canvas.drawImage(ImageReader(file), x, y, _SIDE, _SIDE)


def _marks(canvas: Any, report: Report, index: int, x: float, top: float) -> None:
    """Slice below the upper picture; sides of the patient and scale bar, white, on it."""
    white = "#ffffff"
    geometry = report.assessment.volume.geometry
    found = report.assessment.slices[index]
    label = f"slice {index + 1}, z {found.z_mm:.0f} mm"
    left, right = ("R", "L") if geometry.column_axis[0] > 0 else ("L", "R")
    draw_text(canvas, label, x, top - _SIDE - 8.5, size=7)
    draw_text(canvas, left, x + 4, top - _SIDE / 2, size=7, color=white)
    draw_text(canvas, right, x + _SIDE - 4, top - _SIDE / 2, size=7, color=white, anchor="right")
    length = _SIDE * _SCALE_BAR_MM / mm_across(report.assessment)
    canvas.setStrokeColor(white)
    canvas.line(x + _SIDE - 6 - length, top - _SIDE + 6, x + _SIDE - 6, top - _SIDE + 6)


def _measures(canvas: Any, report: Report, top: float) -> None:
    """Volume and its companions, to the right of the pictures."""
    assessment = report.assessment
    x = MARGIN + 3 * (_SIDE + _GAP) + 8
    ndl = "not given" if assessment.ndl is None else f"{assessment.ndl:.1f}"
    with_hematoma = sum(found.area_mm2 > 0 for found in assessment.slices)
    rows = (
        ("Hematoma volume", f"{assessment.volume_ml:.1f} mL", 17),
        ("ABC/2", f"{assessment.abc2_ml:.1f} mL", 11),
        ("nDL score (mean 20)", ndl, 11),
        ("Slices with hematoma", f"{with_hematoma} of {len(assessment.slices)}", 11),
        ("Base rate of expansion", percent(assessment.risk.base_rate), 11),
    )
    y = top - 8
    for label, value, size in rows:
        draw_text(canvas, label, x, y, size=7.2, color=MUTED)
        draw_text(canvas, value, x, y - size - 2, size=size, font=BOLD)
        y -= size + 20
    if assessment.segmentation.edited_by_reader:
        draw_text(canvas, "Outline edited by reader", x, y, size=7.2, font=BOLD, color=WARNING)


def _probabilities(canvas: Any, report: Report, top: float) -> float:
    """The three probabilities side by side on one axis; where they end."""
    title = "Probability of hematoma expansion (at least 6 mL or 33 % within 24 h)"
    draw_text(canvas, title, MARGIN, top, font=BOLD, size=9.5)
    risk = report.assessment.risk
    width = (WIDTH - 2 * 14) / 3
    ends = [
        _probability(canvas, found, risk.base_rate, MARGIN + number * (width + 14), top - 16, width)
        for number, found in enumerate(risk.estimates)
    ]
    return min(ends)


def _probability(  # noqa: PLR0913  a place on the page takes three
    canvas: Any, found: RiskEstimate, base_rate: float, x: float, top: float, width: float
) -> float:
    draw_text(canvas, f"{found.kind.capitalize()}-to-HE", x, top, font=BOLD, size=8.5)
    if found.p is None or found.ci95 is None:
        draw_text(canvas, "not given", x, top - 22, font=BOLD, size=14)
        return draw_paragraph(canvas, paragraph(found.reason or "", SMALL), x, top - 28, width)
    draw_text(canvas, percent(found.p), x, top - 24, font=BOLD, size=20)
    draw_text(canvas, f"95 % CI {interval(found.ci95)}", x + 62, top - 15, size=7.5)
    draw_text(canvas, natural_frequency(found.p), x + 62, top - 25, size=6.6)
    y = top - 40
    canvas.setFillColor(RULE)
    canvas.rect(x, y, width, 7, stroke=0, fill=1)
    canvas.setFillColor(COLORS[found.kind])
    canvas.rect(x, y, width * found.p, 7, stroke=0, fill=1)
    canvas.setStrokeColor(INK)
    low, high = (x + width * end for end in found.ci95)
    canvas.line(low, y + 3.5, high, y + 3.5)
    for end in (low, high):
        canvas.line(end, y + 1, end, y + 6)
    canvas.setDash(2, 2)
    canvas.line(x + width * base_rate, y - 3, x + width * base_rate, y + 10)
    canvas.setDash()
    for share, anchor in ((0, "left"), (0.5, "center"), (1, "right")):
        tick = f"{100 * share:.0f} %"
        draw_text(canvas, tick, x + width * share, y - 10, size=6, color=MUTED, anchor=anchor)
    return draw_paragraph(canvas, paragraph(found.source, SMALL), x, y - 14, width)


def _words(canvas: Any, report: Report, top: float) -> None:
    """What the reader must know: findings of the study, and what the numbers rest on."""
    assessment = report.assessment
    findings = (*assessment.findings, *nifti_findings(assessment.volume.geometry))
    y = draw_paragraph(canvas, paragraph("Please note", HEADING), MARGIN, top, WIDTH)
    notes = [f"{f.severity.capitalize()}: {f.message} {f.remedy}" for f in findings]
    notes += [
        f"Image score: {report.card.expansion_labels}.",
        "Coefficients are reconstructed from rounded published tables; intervals hold their "
        "uncertainty alone. The dashed line is the base rate. A probability is no instruction to "
        "treat.",
    ]
    for number, note in enumerate(notes):
        block = paragraph(note, SMALL)
        if y - block.wrap(WIDTH, PAGE[1])[1] < _LOWEST:
            rest = f"{len(notes) - number} more notes on the next page."
            draw_paragraph(canvas, paragraph(rest, SMALL), MARGIN, y, WIDTH)
            return
        y = draw_paragraph(canvas, block, MARGIN, y, WIDTH) - 1


_LOWEST = 62.0  # above the foot
