"""Head and foot of every page."""

from datetime import datetime

from reportlab.pdfgen.canvas import Canvas

from core.domain import ModelIdentity
from core.report.pdf.content import Report
from core.report.pdf.style import (
    ALERT,
    BODY,
    ON_DARK,
    PAGE_HEIGHT,
    RULE,
    SMALL,
    TEXT,
    TITLE,
    VALUE,
    WARNING,
    draw_fitted,
    draw_line,
    draw_text,
    text_width,
)
from core.report.provenance import RESEARCH_USE, VERSION
from core.risk.variables import VARIABLES

_TITLE, _LABEL, _FACTS, _RULE = (PAGE_HEIGHT - below for below in (46.0, 65.0, 79.0, 86.0))
_BADGE_WIDTH, _BADGE_HEIGHT = 238.0, 20.0
_FOOT = 34.0
_SEPARATOR = " \N{MIDDLE DOT} "


def draw_frame(canvas: Canvas, report: Report) -> None:
    """Head and foot of a page."""
    draw_text(canvas, "HEscope assessment", (BODY.x, _TITLE), TITLE)
    draw_badge(canvas)
    label = report.patient_label or "No patient identifier on this report"
    draw_fitted(
        canvas, label, (BODY.x, _LABEL), VALUE if report.patient_label else TEXT, width=BODY.width
    )
    notices = _SEPARATOR.join(_notices(report))
    draw_text(canvas, notices, (BODY.right, _FACTS), ALERT, anchor="right")
    room = BODY.width - text_width(notices, ALERT) - 8
    draw_fitted(canvas, _SEPARATOR.join(_facts(report)), (BODY.x, _FACTS), TEXT, width=room)
    draw_line(canvas, (BODY.x, _RULE), (BODY.right, _RULE), RULE)
    draw_foot(canvas, report.assessment.model, report.made_at)


def draw_badge(canvas: Canvas) -> None:
    """That this is for research, at the top right."""
    left = BODY.right - _BADGE_WIDTH
    canvas.setFillColor(WARNING)
    canvas.roundRect(left, _TITLE - 6, _BADGE_WIDTH, _BADGE_HEIGHT, 4, stroke=0, fill=1)
    draw_text(canvas, RESEARCH_USE, (left + _BADGE_WIDTH / 2, _TITLE), ON_DARK, anchor="center")


def draw_foot(canvas: Canvas, model: ModelIdentity, made_at: datetime) -> None:
    """What made the page, and when."""
    words = (
        f"HEscope {VERSION}",
        f"model {model.in_words}",
        f"made {made_at:%Y-%m-%d %H:%M}",
        "not for diagnosis or treatment decisions",
    )
    draw_line(canvas, (BODY.x, _FOOT + 12), (BODY.right, _FOOT + 12), RULE)
    draw_text(canvas, _SEPARATOR.join(words), (BODY.x, _FOOT), SMALL)
    page = f"page {canvas.getPageNumber()}"
    draw_text(canvas, page, (BODY.right, _FOOT), SMALL, anchor="right")


def _notices(report: Report) -> list[str]:
    edited = report.assessment.segmentation.edited_by_reader
    said = (("Simulated CT", report.simulated), ("Segmentation edited by reader", edited))
    return [notice for notice, holds in said if holds]


def _facts(report: Report) -> list[str]:
    header = report.assessment.volume.series.patient
    clinical = report.assessment.clinical
    age = header.age_years if clinical.age_years is None else clinical.age_years
    facts = (
        VARIABLES["age_years"].quantity(age) if age is not None else "",
        clinical.sex or header.sex or "",
        f"CT of {header.acquired_at:%d %b %Y, %H:%M}" if header.acquired_at else "CT time unknown",
        f"{len(report.assessment.slices)} slices",
    )
    return [fact for fact in facts if fact]
