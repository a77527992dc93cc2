"""The key slices of a study as pictures: brain window, outline, activation."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw

from core.domain import Assessment, SliceResult
from core.imaging.head import Box
from core.imaging.windows import BRAIN, to_display
from core.report.colors import CASING, HEAT, OUTLINE

_SIDE_PX = 520  # of a picture: 290 dots per inch as printed
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
    return _enlarged(_gray(assessment, index), head)


def outlined_picture(assessment: Assessment, index: int, head: Box) -> Image.Image:
    """The same slice, the hematoma outlined along its pixels."""
    return _outlined(plain_picture(assessment, index, head), assessment, index, head)


def marked_picture(assessment: Assessment, index: int, head: Box) -> Image.Image:
    """The same slice under its Grad-CAM, the hematoma outlined."""
    return _outlined(activation_picture(assessment, index, head), assessment, index, head)


def activation_picture(assessment: Assessment, index: int, head: Box) -> Image.Image:
    """The same slice under its Grad-CAM."""
    gray = _gray(assessment, index)
    activation = assessment.activation[index].astype(np.float32)
    stops = np.linspace(0, 1, len(_HEAT))
    heat = np.stack([np.interp(activation, stops, _HEAT[:, c]) for c in range(3)], axis=-1)
    share = _HEAT_OPACITY * activation[..., None]
    return _enlarged(gray * (1 - share) + heat * share, head)


def _outlined(picture: Image.Image, assessment: Assessment, index: int, head: Box) -> Image.Image:
    scale = _SIDE_PX / head.size
    edges = [
        [(x * scale, y * scale) for y, x in edge]
        for edge in _edges(_cut(assessment.segmentation.mask[index], head))
    ]
    draw = ImageDraw.Draw(picture)
    for color, width in ((CASING, _CASING_PX), (OUTLINE, _OUTLINE_PX)):
        for points in edges:
            draw.line(points, fill=color, width=width)
    return picture


def _gray(assessment: Assessment, index: int) -> NDArray[np.float64]:
    """Gray levels (rows, columns, 3), 0 to 255."""
    levels = to_display(assessment.volume.hu[index], BRAIN).astype(np.float64)
    return np.repeat(levels[..., None], 3, axis=-1)


def _enlarged(picture: NDArray[np.float64], head: Box) -> Image.Image:
    cut = _cut(picture, head).round().astype(np.uint8)
    return Image.fromarray(cut).resize((_SIDE_PX, _SIDE_PX), Image.Resampling.BICUBIC)


def _cut(array: NDArray[np.generic], head: Box) -> NDArray[np.generic]:
    """The head's square of a slice; what lies beyond the slice is 0."""
    margins = ((head.size, head.size), (head.size, head.size), *((0, 0),) * (array.ndim - 2))
    padded = np.pad(array, margins)
    top, left = head.row + head.size, head.column + head.size
    return padded[top : top + head.size, left : left + head.size]


def _edges(mask: NDArray[np.generic]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Sides of pixels at which the mask ends: from and to (row, column) corners."""
    padded = np.pad(mask.astype(bool), 1)
    across = np.argwhere(padded[1:, :] != padded[:-1, :])  # between two rows
    down = np.argwhere(padded[:, 1:] != padded[:, :-1])
    horizontal = [((r, c - 1), (r, c)) for r, c in across.tolist()]
    vertical = [((r - 1, c), (r, c)) for r, c in down.tolist()]
    return horizontal + vertical
