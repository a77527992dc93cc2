"""``follow_up.pdf``: one page with the answer, both outlines, and what they were held against."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from core.domain import Assessment, Severity
from core.follow_up.compare import FollowUp
from core.follow_up.in_words import answer, sentence
from core.imaging.head import head_box
from core.report.digits import hounsfield, image_score, milliliters, model_name, percent
from core.report.distances import length, place
from core.report.pdf import alone
from core.report.pdf.frame import draw_badge, draw_foot
from core.report.pdf.picture import draw_picture, draw_sides
from core.report.pdf.style import (
    BODY,
    BOTTOM,
    FIGURE,
    HEADING,
    HEADLINE,
    PAGE_HEIGHT,
    RULE,
    SMALL,
    STRONG,
    TEXT,
    TITLE,
    Column,
    draw_line,
    draw_paragraph,
    draw_text,
    paragraph,
)
from core.report.pictures import key_slices, outlined_picture
from core.report.provenance import VERSION, is_simulated

_TOP = PAGE_HEIGHT - 46.0
_SIDE = 250.0  # of a picture
_NAMES = 150.0  # width of the table's first column
_DISTANCES = 4  # of a study, on the page


@dataclass(frozen=True, slots=True, eq=False)
class FollowUpReport:
    """What the page is made of."""

    found: FollowUp
    made_at: datetime


def follow_up_pdf(report: FollowUpReport) -> bytes:
    """PDF of a comparison, A4; it names no patient."""
    with alone():
        file = io.BytesIO()
        canvas = Canvas(file, pagesize=A4, invariant=1)
        canvas.setTitle("HEscope follow-up")
        canvas.setSubject("Research use only. Not a medical device.")
        canvas.setCreator(f"HEscope {VERSION}")
        _draw(canvas, report)
        canvas.save()
        return file.getvalue()


def _draw(canvas: Canvas, report: FollowUpReport) -> None:
    found = report.found
    draw_text(canvas, "HEscope follow-up", (BODY.x, _TOP), TITLE)
    draw_badge(canvas)
    draw_text(canvas, answer(found), (BODY.x, _TOP - 42), HEADLINE)
    y = draw_paragraph(canvas, paragraph(sentence(found), STRONG), BODY, _TOP - 50)
    y = _draw_studies(canvas, found, y - 14)
    y = _draw_table(canvas, found, y - 18)
    _draw_notes(canvas, found, y - 22)
    draw_foot(canvas, found.follow_up.model, report.made_at)


def _draw_studies(canvas: Canvas, found: FollowUp, top: float) -> float:
    """Of either study the slice with the most hematoma, outlined; where they end."""
    ends = []
    for column, (name, made) in zip(BODY.split(2, 15), _named(found), strict=True):
        draw_text(canvas, name, (column.x, top - 10), HEADING)
        at = column.x, top - 16 - _SIDE
        (index,) = key_slices(made.slices, 1)
        head = head_box(made.volume.hu)
        draw_picture(canvas, outlined_picture(made, index, head), at, _SIDE)
        draw_sides(canvas, made.volume.geometry, at, _SIDE)
        words = f"Slice {index + 1} of {len(made.slices)}, brain window; {_outlined_by(made)}."
        ends.append(draw_paragraph(canvas, paragraph(words, FIGURE), column, at[1] - 4))
    return min(ends)


def _draw_table(canvas: Canvas, found: FollowUp, top: float) -> float:
    """What was measured then and now; where it ends."""
    first, second = Column(BODY.x + _NAMES, _NAMES), Column(BODY.x + 2 * _NAMES, _NAMES)
    y = top
    for column, (name, _) in zip((first, second), _named(found), strict=True):
        draw_text(canvas, name, (column.x, y), STRONG)
    for label, then, now in _rows(found):
        draw_line(canvas, (BODY.x, y - 4), (second.right, y - 4), RULE, width=0.5)
        y -= 14
        draw_text(canvas, label, (BODY.x, y), SMALL)
        draw_text(canvas, then, (first.x, y), TEXT)
        draw_text(canvas, now, (second.x, y), TEXT)
    return y


def _rows(found: FollowUp) -> list[tuple[str, ...]]:
    made = (found.baseline, found.follow_up)
    times = [study.volume.series.patient.acquired_at for study in made]
    rows: list[tuple[str, ...]] = [
        ("CT", *(f"{time:%d %b %Y, %H:%M}" if time else "not stated" for time in times)),
        ("Hematoma volume", *(milliliters(study.volume_ml) for study in made)),
        ("ABC/2", *(milliliters(study.abc2_ml) for study in made)),
        ("Diffuseness (L5)", *(_or_none(study.l5_hu, hounsfield) for study in made)),
        ("Image score (nDL)", *(_or_none(study.ndl, image_score) for study in made)),
    ]
    foretold: list[tuple[str, ...]] = [
        (f"Foretold: {model_name(estimate.kind)}", percent(estimate.p), "")
        for estimate in found.baseline.risk.all_estimates
        if estimate.p is not None
    ]
    return rows + _distances(found) + foretold


def _distances(found: FollowUp) -> list[tuple[str, ...]]:
    """What the reader measured on either, as it was numbered there; as many as the page takes."""
    then, now = (_measured(made) for _, made in _named(found))
    both = list(zip_longest(then, now, fillvalue=""))
    rows: list[tuple[str, ...]] = [
        (f"Distance {number}, by reader", *pair) for number, pair in enumerate(both[:_DISTANCES], 1)
    ]
    if len(both) > _DISTANCES:
        rows.append(("More distances", *(_more(len(one) - _DISTANCES) for one in (then, now))))
    return rows


def _measured(made: Assessment) -> list[str]:
    geometry = made.volume.geometry
    return [f"{length(one)} ({place(one, geometry)})" for one in made.distances]


def _more(many: int) -> str:
    return f"{many}, in this study's own report" if many > 0 else ""


def _draw_notes(canvas: Canvas, found: FollowUp, top: float) -> None:
    """Findings of the comparison, then warnings of either study, as far as they fit."""
    draw_text(canvas, "Please note", (BODY.x, top), HEADING)
    notes = [(finding.severity.capitalize(), finding) for finding in found.findings]
    notes += [
        (name, finding)
        for name, made in _named(found)
        for finding in made.findings
        if finding.severity is not Severity.INFO
    ]
    lines = [(lead, f"{finding.message} {finding.remedy}") for lead, finding in notes]
    if any(is_simulated(made.volume.series) for _, made in _named(found)):
        lines.insert(0, ("Simulated CT", "computed by HEscope; it shows no patient."))
    lines.append(("Volumes", "of what is outlined; look through the slices of both studies."))
    y = top - 6
    for number, (lead, text) in enumerate(lines):
        block = paragraph(text, FIGURE, lead=lead)
        if y - block.wrap(BODY.width, PAGE_HEIGHT)[1] < BOTTOM:
            rest = f"More notes on the studies' own reports: {len(lines) - number}."
            draw_paragraph(canvas, paragraph(rest, SMALL), BODY, y)
            return
        y = draw_paragraph(canvas, block, BODY, y) - 1


def _named(found: FollowUp) -> tuple[tuple[str, Assessment], tuple[str, Assessment]]:
    return ("Baseline", found.baseline), ("Follow-up", found.follow_up)


def _outlined_by(made: Assessment) -> str:
    return "outline edited by reader" if made.segmentation.edited_by_reader else "network's outline"


def _or_none(value: float | None, in_words: Callable[[float], str]) -> str:
    return "not given" if value is None else in_words(value)
