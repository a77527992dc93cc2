"""``report.pdf``: one page for the clinician, then why, detail and provenance.

``page_one.py`` and ``detail.py`` say what is on the pages, ``frame.py`` what is on each of them.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageBreak, PageTemplate

from core.report.pdf.content import Report
from core.report.pdf.detail import detail
from core.report.pdf.frame import draw_frame
from core.report.pdf.page_one import draw_page_one
from core.report.pdf.style import BODY, BOTTOM, TOP, register_fonts
from core.report.pdf.why import draw_why, why_ends
from core.report.provenance import VERSION

__all__ = ["Report", "alone", "report_pdf"]

rl_config.useA85 = 0  # pictures as bytes, not spelled out in letters: a third of a second
_ONE_AT_A_TIME = threading.Lock()  # reportlab's fonts are the process's, and know their letters


@contextmanager
def alone() -> Iterator[None]:
    """While a PDF is drawn, no other one is; its fonts are known."""
    with _ONE_AT_A_TIME:
        register_fonts()
        yield


def report_pdf(report: Report) -> bytes:
    """PDF of a report, A4; the same report gives the same bytes, whoever else asks for one."""
    with alone():
        return _drawn(report)


def _drawn(report: Report) -> bytes:
    file = io.BytesIO()
    document = BaseDocTemplate(
        file,
        pagesize=A4,
        title="HEscope assessment",
        author="",
        subject="Research use only. Not a medical device.",
        creator=f"HEscope {VERSION}",
        invariant=1,
    )
    body = Frame(BODY.x, BOTTOM, BODY.width, TOP - BOTTOM, 0, 0, 0, 0)

    def first(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setDateFormatter(lambda *_: f"D:{report.made_at:%Y%m%d%H%M%S}")
        draw_frame(canvas, report)
        draw_page_one(canvas, report)

    def second(canvas: Canvas, _: BaseDocTemplate) -> None:
        draw_frame(canvas, report)
        draw_why(canvas, report)

    def later(canvas: Canvas, _: BaseDocTemplate) -> None:
        draw_frame(canvas, report)

    below = Frame(BODY.x, BOTTOM, BODY.width, why_ends(report) - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(
        [
            PageTemplate("first", [body], onPage=first),
            PageTemplate("second", [below], onPage=second),
            PageTemplate("later", [body], onPage=later),
        ]
    )
    turned = (NextPageTemplate("second"), PageBreak(), NextPageTemplate("later"))
    document.build([*turned, *detail(report)])
    return file.getvalue()
