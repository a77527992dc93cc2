"""A slice on a page."""

import io

from PIL import Image
from reportlab.lib.colors import white
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from core.domain import Geometry
from core.report.pdf.style import FIGURE, Point, draw_text

_JPEG_QUALITY = 90  # noise does not compress without loss: 7 MB a report
_ON_PICTURE = ParagraphStyle("on-picture", FIGURE, textColor=white)


def draw_picture(canvas: Canvas, picture: Image.Image, at: Point, side: float) -> None:
    """A square picture, its lower left corner at a point."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    canvas.drawImage(ImageReader(file), *at, side, side)


def draw_sides(canvas: Canvas, geometry: Geometry, at: Point, side: float) -> None:
    """Letters of the patient's sides, on a picture."""
    x, y = at[0], at[1] + side / 2
    left, right = ("R", "L") if geometry.column_axis[0] > 0 else ("L", "R")
    draw_text(canvas, left, (x + 4, y), _ON_PICTURE)
    draw_text(canvas, right, (x + side - 4, y), _ON_PICTURE, anchor="right")
