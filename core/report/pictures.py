"""The key slices of a study as pictures: brain window, outline, activation."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from core.domain import Assessment, SliceResult
from core.imaging.head import Box
from core.imaging.windows import BRAIN, to_display
from core.report.colors import CASING, HEAT, OUTLINE

Scalar = TypeVar("Scalar", bound=np.generic)

SIDE_PX = 520
"""Of a picture: 290 dots per inch as printed."""
_OUTLINE_PX, _CASING_PX = 3, 7
_HEAT = np.array([ImageColor.getrgb(color) for color in HEAT], float)
_HEAT_OPACITY = 0.7


def key_slices(slices: Sequence[SliceResult], count: int = 3) -> tuple[int, ...]:
    """Slices to show: that of the largest area, of the highest DL score, then the next largest.

    Without hematoma, those in which the classifier thought it likeliest.  In the order of the
    stack, caudal first.
    """
    by_area = sorted(slices, key=lambda found: (found.area_mm2, found.p_hematoma), reverse=True)
    by_score = max(slices, key=lambda found: found.dl_score or 0.0)
    chosen = [by_area[0].index]
    chosen += [by_score.index] if by_score.dl_score else []
    chosen += [found.index for found in by_area]
    return tuple(sorted(list(dict.fromkeys(chosen))[:count]))


def plain_picture(assessment: Assessment, index: int, head: Box) -> Image.Image:
    """A slice in the brain window, cut to the head."""
    return _enlarged(_gray(assessment, index, head)).convert("RGB")


def outlined_picture(assessment: Assessment, index: int, head: Box) -> Image.Image:
    """The same slice, the hematoma outlined along its pixels."""
    return _outlined(plain_picture(assessment, index, head), assessment, index, head)


def marked_picture(assessment: Assessment, index: int, head: Box) -> Image.Image:
    """The same slice under its Grad-CAM, the hematoma outlined."""
    return _outlined(activation_picture(assessment, index, head), assessment, index, head)


def activation_picture(assessment: Assessment, index: int, head: Box) -> Image.Image:
    """The same slice under its Grad-CAM."""
    activation = _cut(assessment.activation[index], head).astype(np.float32)
    if not activation.any():
        return plain_picture(assessment, index, head)
    stops = np.linspace(0, 1, len(_HEAT))
    heat = np.stack([np.interp(activation, stops, _HEAT[:, c]) for c in range(3)], axis=-1)
    share = _HEAT_OPACITY * activation[..., None]
    gray = _gray(assessment, index, head)[..., None]
    return _enlarged((gray * (1 - share) + heat * share).round().astype(np.uint8))


def _outlined(picture: Image.Image, assessment: Assessment, index: int, head: Box) -> Image.Image:
    mask = _cut(assessment.segmentation.mask[index], head)
    if not mask.any():
        return picture
    scale = SIDE_PX / head.size
    edges = [[(x * scale, y * scale) for y, x in edge] for edge in _edges(mask)]
    draw = ImageDraw.Draw(picture)
    for color, width in ((CASING, _CASING_PX), (OUTLINE, _OUTLINE_PX)):
        for points in edges:
            draw.line(points, fill=color, width=width)
    return picture


def _gray(assessment: Assessment, index: int, head: Box) -> NDArray[np.uint8]:
    """Gray levels 0 to 255 of the head's square."""
    return _cut(to_display(assessment.volume.hu[index], BRAIN), head)


def _enlarged(picture: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(picture).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)


def _cut(array: NDArray[Scalar], head: Box) -> NDArray[Scalar]:
    """The head's square of a slice; what lies beyond the slice is 0."""
    square = np.zeros((head.size, head.size), array.dtype)
    top, left = max(head.row, 0), max(head.column, 0)
    inside = array[top : head.row + head.size, left : head.column + head.size]
    rows, columns = inside.shape
    top, left = top - head.row, left - head.column
    square[top : top + rows, left : left + columns] = inside
    return square


def _edges(mask: NDArray[np.generic]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Sides of pixels at which the mask ends: from and to (row, column) corners."""
    padded = np.pad(mask.astype(bool), 1)
    across = np.argwhere(padded[1:, :] != padded[:-1, :])  # between two rows
    down = np.argwhere(padded[:, 1:] != padded[:, :-1])
    horizontal = [((r, c - 1), (r, c)) for r, c in across.tolist()]
    vertical = [((r - 1, c), (r, c)) for r, c in down.tolist()]
    return horizontal + vertical
