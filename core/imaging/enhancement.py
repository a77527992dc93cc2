"""Vessels filled with contrast agent, seen in the densities of a head CT.

What is dense inside the brain without contrast is calcification: a few spots of a few slices.
Arteries and veins run through the whole of it.  They run along bone and through it, and are as
dense: bone is what is thick, and what of the skull is near to that.

Measured 2026-11-30 on the 95 heads of PHE-SICH at the end of their window (100 HU), as an upper
bound: at most 1.2 mL; a vascular tree of 2 to 5 mm, its veins and arteries touching bone, put into
each of them: 2.8 mL or more at 200 HU, 3.9 mL or more at 350 HU, in 11 slabs.  The limit of 1.8 mL
tells all 95 apart.  The one real head with densities above 100 HU has 0.22 mL at 120 HU.  No real
angiography was at hand; thin arteries alone, in slices of 5 mm, may be missed.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray
from core.imaging.skull import PIXEL_MM, CoarseHead, disc, filled_hull

VESSEL_HU = 120
_BONE_MM = 5.0  # vessels of the brain are thinner
_FROM_THICK_MM = 20.0  # of thin bone, to bone that is thicker
_FROM_SKULL_MM = 6.0  # beyond the partial volume of bone and the sinuses along it
_BRAIN_BELOW_MM = 95.0  # below the vertex; the skull base and the face have bone everywhere
_FEW_PIXELS = 200  # of bone: no ring
_SLAB_FROM_MM2 = 3.0
_LEAST_ML, _LEAST_SLABS = 1.8, 3


@dataclass(frozen=True, slots=True)
class DenseBrain:
    """What is denser than 120 HU inside the brain, away from bone: mL, and mm of height with it."""

    volume_ml: float
    height_mm: float
    slabs: int

    @property
    def is_enhanced(self) -> bool:
        """Whether it is too much and too widespread for calcification."""
        return self.volume_ml >= _LEAST_ML and self.slabs >= _LEAST_SLABS


def dense_brain(head: CoarseHead) -> DenseBrain:
    """Dense matter inside the brain, where densities are HU that are not cut to a window."""
    dense = _inside(head) & (head.hu >= VESSEL_HU) & ~_beside_bone(head)
    areas_mm2 = np.count_nonzero(dense, axis=(1, 2)) * PIXEL_MM**2
    slabs = int(np.count_nonzero(areas_mm2 >= _SLAB_FROM_MM2))
    return DenseBrain(float(areas_mm2.sum() * head.slab_mm / 1000), slabs * head.slab_mm, slabs)


def _inside(head: CoarseHead) -> BoolArray:
    """What the bone of each slab lies around, from the vertex to the skull base."""
    inside: BoolArray = np.zeros(head.hu.shape, bool)
    upper = (head.below_mm >= 0) & (head.below_mm <= _BRAIN_BELOW_MM)
    for slab in np.flatnonzero(upper & (np.count_nonzero(head.skull, axis=(1, 2)) >= _FEW_PIXELS)):
        inside[slab] = filled_hull(head.skull[slab])
    return inside


def _beside_bone(head: CoarseHead) -> BoolArray:
    """What is nearer than 6 mm to bone, in its slab or in those above and below."""
    bone = [_bone(slab) for slab in head.skull.astype(np.uint8)]
    beside = np.array([cv2.dilate(slab, disc(_FROM_SKULL_MM)) for slab in bone], bool)
    if head.slab_mm < _FROM_SKULL_MM:
        over = disc(float(np.sqrt(_FROM_SKULL_MM**2 - head.slab_mm**2)))
        across = np.array([cv2.dilate(slab, over) for slab in bone], bool)
        beside[1:] |= across[:-1]
        beside[:-1] |= across[1:]
    return beside


def _bone(skull: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bone of a slab of the skull, which holds the vessels that touch it."""
    bone = cv2.morphologyEx(skull, cv2.MORPH_OPEN, disc(_BONE_MM / 2))
    for _ in range(round(_FROM_THICK_MM / PIXEL_MM)):
        bone = cv2.bitwise_and(cv2.dilate(bone, disc(PIXEL_MM)), skull)
    return np.asarray(bone, np.uint8)
