"""Brain as a head CT must show it: tissue within closed rings of bone, over some height.

Measured 2026-11-29 on the 95 heads of PHE-SICH, on a real head without hemorrhage and on simulated
ones, thin, thick, tilted and noisy: brain over 65 mm or more of height in all but one (0048, 25
mm, gaps in its bone); its median density 19 to 38 HU.  A ring of ribs, lungs, a bottle of
water and inverted densities gave no brain, or one of 0 HU.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain import BoolArray
from core.imaging.skull import PIXEL_MM, CoarseHead

_GAP_PX = 9  # of sutures, canals and partial volume, which are closed
_LEAST_MM2 = 3000.0
_TISSUE_HU = (-15, 90)  # fluid, brain and blood
_TISSUE_SHARE = 0.9
_RIM_MM = 15.0  # farther in, bone is that of the skull base, or of a slab that grazes the vertex
_WIDE_SLAB = 0.6  # of the largest: not grazing the vertex
_ACROSS_FROM = 1.16  # width by length; of 96 heads 1.14 at most
_BASE_ABOVE = 0.06  # share of bone; of 96 heads 0.04 at most


@dataclass(frozen=True, slots=True)
class BrainSeen:
    """Height of slabs that show brain, its median density, and whether the head lies as it should.

    ``lies_across``: the head is longest from left to right; ``upside_down``: the skull base is at
    the cranial end.  Of a round head, or one without skull base, neither can be told.
    """

    height_mm: float
    tissue_hu: float
    lies_across: bool
    upside_down: bool


class _Ring(NamedTuple):
    """A slab's largest region within bone and the outline of that bone, (rows, columns)."""

    inside: BoolArray
    outline: BoolArray


def brain_seen(head: CoarseHead) -> BrainSeen | None:
    """What is seen of the brain; None where no slab shows tissue in a closed ring of bone."""
    rings = [_ring(bone) for bone in head.skull]
    brains = {
        slab: ring.inside
        for slab, ring in enumerate(rings)
        if ring is not None and _is_brain(head.hu[slab][ring.inside])
    }
    if not brains:
        return None
    tissue_hu = [float(np.median(head.hu[slab][inside])) for slab, inside in brains.items()]
    return BrainSeen(
        height_mm=len(brains) * head.slab_mm,
        tissue_hu=float(np.median(tissue_hu)),
        lies_across=_lies_across(max(brains.values(), key=np.count_nonzero)),
        upside_down=_upside_down(head.skull, rings),
    )


def _is_brain(hu: NDArray[np.float32]) -> bool:
    low, high = _TISSUE_HU
    large = hu.size * PIXEL_MM**2 >= _LEAST_MM2
    return bool(large and np.mean((hu > low) & (hu < high)) >= _TISSUE_SHARE)


def _ring(bone: BoolArray) -> _Ring | None:
    """None where bone closes around nothing."""
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_GAP_PX, _GAP_PX))
    padded = np.pad(bone, _GAP_PX).astype(np.uint8)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disk)
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(1 - closed, connectivity=4)
    sizes = statistics[:, cv2.CC_STAT_AREA].copy()
    around = labels[0, 0]
    sizes[[0, around]] = 0  # bone itself is 0
    if not sizes.any():
        return None
    cut = np.s_[_GAP_PX:-_GAP_PX, _GAP_PX:-_GAP_PX]
    inside = np.asarray(labels[cut] == sizes.argmax())
    parts, _ = ndimage.label(labels[cut] != around)
    return _Ring(inside, np.asarray(parts == parts[inside][0]))


def _lies_across(inside: BoolArray) -> bool:
    sizes, axes = np.linalg.eigh(np.cov(np.argwhere(inside).T))
    along_rows, along_columns = np.abs(axes[:, 1])
    return bool(along_columns > along_rows and np.sqrt(sizes[1] / sizes[0]) >= _ACROSS_FROM)


def _upside_down(skull: BoolArray, rings: list[_Ring | None]) -> bool:
    """Whether more bone lies within the head at its cranial third than at its caudal one."""
    found = [(bone, ring.outline) for bone, ring in zip(skull, rings, strict=True) if ring]
    areas = np.array([np.count_nonzero(outline) for _, outline in found])
    wide = np.flatnonzero(areas >= _WIDE_SLAB * areas.max())
    shares = np.array([_bone_share(*found[slab]) for slab in wide])
    third = len(shares) // 3
    return bool(third and shares[-third:].mean() - shares[:third].mean() > _BASE_ABOVE)


def _bone_share(bone: BoolArray, outline: BoolArray) -> float:
    """Share of bone in what lies well within its outline."""
    depth_px = cv2.distanceTransform(np.pad(outline, 1).astype(np.uint8), cv2.DIST_L2, 3)
    within = depth_px[1:-1, 1:-1] * PIXEL_MM > _RIM_MM
    return float(bone[within].mean()) if within.any() else 0.0
