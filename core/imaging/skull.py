"""Skull of a head CT on a coarse grid, and how the head lies in it: for questions of place alone.

Unlike ``core.simulate.brain_map`` it asks for no closed ring of bone, which real heads do not
always show: gaps of the window, of surgery and of the skull base leave distances nearly as they
are.  Of 95 PHE-SICH heads all gave a skull.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain import BoolArray, FloatArray, Volume
from core.imaging.slabs import slab_of_slice

PIXEL_MM = 1.0
"""Of the coarse grid, in rows and columns."""
SLAB_MM = 5.0

_SHOWN_HU = (-100, 300)  # denser bone would spread in the means of slabs and pixels
_BONE_HU, _BONE_IN_WINDOW_HU = 120.0, 90.0
_WINDOW_ENDS_BELOW_HU = 200
_TISSUE_HU = -10  # brain, fluid and bone; no foam, nor air where a window ends at -20 HU
_OPENING_MM = 15.0  # thinner than this are headrest and table, which may be as dense as bone
_SKULL_PART = 0.1  # of the largest piece of bone: falx, plexus and saturated blood are smaller
_TOP_MM2 = 100.0  # of bone in the highest slab of the head
_ROUND_MM = (30.0, 75.0)  # below the top: slabs without face, which show how the head is turned
_ROUND_AT_MOST = 1.15  # length by width, below which the axes of the outline say nothing
_FEW_PIXELS = 100


@dataclass(frozen=True, slots=True, eq=False)
class CoarseHead:
    """Slabs of about 5 mm with pixels of 1 mm, float32 HU cut to -100 ... 300, and the skull there.

    Arrays are (slabs, rows, columns); ``below_mm`` (slabs,) is the distance to the skull's top.
    """

    hu: NDArray[np.float32]
    skull: BoolArray
    below_mm: FloatArray
    slab_mm: float
    slab_of_slice: NDArray[np.intp]

    @property
    def voxel_ml(self) -> float:
        """Volume of a voxel, mL."""
        return self.slab_mm * PIXEL_MM**2 / 1000

    def depth_mm(self, part: BoolArray) -> FloatArray:
        """Distance to the skull of each voxel of a part, (voxels,), mm."""
        slabs, rows, columns = np.nonzero(part)
        nearest_mm2 = np.full(len(slabs), np.inf)
        for slab in np.flatnonzero(self.skull.any(axis=(1, 2))):
            soft = (~self.skull[slab]).astype(np.uint8)
            across_px = cv2.distanceTransform(soft, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
            across_mm = across_px[rows, columns] * PIXEL_MM
            up_mm = (slabs - slab) * self.slab_mm
            np.minimum(nearest_mm2, across_mm**2 + up_mm**2, out=nearest_mm2)
        return np.asarray(np.sqrt(nearest_mm2))


def coarse_head(volume: Volume) -> CoarseHead | None:
    """The head of a volume on the coarse grid; None where no bone is seen."""
    slabs = slab_of_slice(volume.geometry.offsets_mm, SLAB_MM)
    hu = _averaged(volume.hu, volume, slabs, _SHOWN_HU)
    window_ends = volume.hu.max() < _WINDOW_ENDS_BELOW_HU
    bone = hu >= (_BONE_IN_WINDOW_HU if window_ends else _BONE_HU)
    skull = _large_parts(bone & _head(hu))
    held = np.flatnonzero(np.count_nonzero(skull, axis=(1, 2)) * PIXEL_MM**2 >= _TOP_MM2)
    if not len(held):
        return None
    offsets_mm = _slab_means(volume.geometry.offsets_mm, slabs)
    slab_mm = float(np.median(np.diff(offsets_mm))) if len(offsets_mm) > 1 else SLAB_MM
    return CoarseHead(
        hu=hu,
        skull=skull,
        below_mm=offsets_mm[held[-1]] - offsets_mm,
        slab_mm=slab_mm,
        slab_of_slice=slabs,
    )


def mask_on(head: CoarseHead, mask: BoolArray, volume: Volume) -> BoolArray:
    """A mask on the scanner's grid on that of the coarse head: where it holds half of a voxel."""
    shares = _averaged(mask, volume, head.slab_of_slice)
    return np.asarray(shares >= 0.5)


def disc(radius_mm: float) -> NDArray[np.uint8]:
    """Round structuring element for a slab of the coarse grid."""
    side = 2 * int(radius_mm / PIXEL_MM) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def filled_hull(bone: BoolArray) -> BoolArray:
    """What lies within the convex hull of pixels (rows, columns), of which there must be some."""
    rows = np.flatnonzero(bone.any(axis=1))
    first, last = bone[rows].argmax(axis=1), bone.shape[1] - 1 - bone[rows, ::-1].argmax(axis=1)
    ends = np.concatenate([np.stack([columns, rows], axis=1) for columns in (first, last)])
    hull = cv2.convexHull(ends.astype(np.int32))
    filled = np.zeros(bone.shape, np.uint8)
    cv2.fillConvexPoly(filled, np.asarray(hull, np.int32), (1,))
    return filled > 0


@dataclass(frozen=True, slots=True, eq=False)
class HeadFrame:
    """How the head lies in the image: its middle (row, column), forward, and half its extent, mm.

    Extent is that of the outside of the skull, so that places do not hang on the pixel spacing.
    """

    middle: tuple[float, float]
    forward: tuple[float, float]
    half_length_mm: float
    half_width_mm: float

    def place(self, shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of each pixel (rows, columns): share of the half width off the midline, and forward."""
        rows, columns = np.indices(shape, dtype=np.float32)
        ahead, left = _along(rows - self.middle[0], columns - self.middle[1], self.forward)
        return left * PIXEL_MM / self.half_width_mm, ahead * PIXEL_MM / self.half_length_mm


def head_frame(head: CoarseHead) -> HeadFrame | None:
    """Frame of a head that lies face up in the image; None where too little skull is seen."""
    low_mm, high_mm = _ROUND_MM
    upper = head.skull[(head.below_mm >= low_mm) & (head.below_mm <= high_mm)].any(axis=0)
    if np.count_nonzero(upper) < _FEW_PIXELS:
        return None
    rows, columns = np.nonzero(filled_hull(np.asarray(upper)))
    middle = float(rows.mean()), float(columns.mean())
    down: FloatArray = np.asarray(rows - middle[0], np.float64)
    across: FloatArray = np.asarray(columns - middle[1], np.float64)
    forward = _forward(down, across)
    ahead, left = _along(down, across, forward)
    length, width = (float(np.percentile(np.abs(axis), 99.5)) for axis in (ahead, left))
    return HeadFrame(middle, forward, length * PIXEL_MM, width * PIXEL_MM)


def _forward(down: FloatArray, across: FloatArray) -> tuple[float, float]:
    """Long axis of the outline, up in the image; straight up where the outline is round."""
    sizes, axes = np.linalg.eigh(np.cov(np.stack([down, across])))
    axis = axes[:, 1]
    if np.sqrt(sizes[1] / sizes[0]) < _ROUND_AT_MOST or abs(axis[1]) > abs(axis[0]):
        return -1.0, 0.0
    axis = -axis * np.sign(axis[0])
    return float(axis[0]), float(axis[1])


def _along(
    down: NDArray[np.float32] | FloatArray,
    across: NDArray[np.float32] | FloatArray,
    forward: tuple[float, float],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pixels forward and left of the middle."""
    ahead = down * forward[0] + across * forward[1]
    left = down * forward[1] - across * forward[0]
    return np.asarray(ahead, np.float32), np.asarray(left, np.float32)


def _averaged(
    values: NDArray[np.int16] | BoolArray,
    volume: Volume,
    slabs: NDArray[np.intp],
    ends: tuple[int, int] = (0, 1),
) -> NDArray[np.float32]:
    """Means of values, cut to ``ends``, on the coarse grid."""
    geometry = volume.geometry
    high, wide = (
        max(1, round(count * spacing / PIXEL_MM))
        for count, spacing in zip(
            (geometry.rows, geometry.columns), geometry.pixel_spacing_mm, strict=True
        )
    )
    means = np.zeros((slabs[-1] + 1, high, wide), np.float32)
    for slab, part in zip(slabs, values, strict=True):
        means[slab] += cv2.resize(
            part.astype(np.float32).clip(*ends), (wide, high), interpolation=cv2.INTER_AREA
        )
    return np.asarray(means / np.bincount(slabs)[:, None, None], np.float32)


def _slab_means(values: FloatArray, slabs: NDArray[np.intp]) -> FloatArray:
    return np.asarray(np.bincount(slabs, values) / np.bincount(slabs))


def _head(hu: NDArray[np.float32]) -> BoolArray:
    """Hull of the head in each slab, without the headrest and the table around it."""
    head = np.zeros(hu.shape, bool)
    for number, slab in enumerate(hu):
        tissue = (cv2.blur(slab, (3, 3)) >= _TISSUE_HU).astype(np.uint8)
        outlines, _ = cv2.findContours(tissue, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        cv2.drawContours(tissue, outlines, -1, (1,), cv2.FILLED)  # orbits and sinuses too
        thick = cv2.morphologyEx(tissue, cv2.MORPH_OPEN, disc(_OPENING_MM / 2), borderValue=0)
        count, parts, statistics, _ = cv2.connectedComponentsWithStats(thick)
        if count > 1:  # more than the background
            largest = 1 + statistics[1:, cv2.CC_STAT_AREA].argmax()
            head[number] = filled_hull(parts == largest)
    return head


def _large_parts(bone: BoolArray) -> BoolArray:
    labels, count = ndimage.label(bone, np.ones((3, 3, 3)))
    if not count:
        return bone
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray((sizes >= _SKULL_PART * sizes.max())[labels])
