"""Vessels filled with contrast agent, seen in the densities of a head CT.

What is dense inside the brain without contrast is calcification: a few spots of a few slices.
Arteries and veins run through the whole of it.

Measured 2026-11-27, at 120 HU on the one real head with densities above 100 HU (0.22 mL), and, as
an upper bound, at the end of the window (100 HU) on the 95 heads of PHE-SICH: at most 0.71 mL in 94
of them; 7.8 mL, none of it in the hematoma's mask, in one (0118), whose window hides whether it is
denser than 120 HU.  A vascular tree of 2 to 5 mm put into five real heads gave 1.1 to 3.9 mL at 200
HU, 1.9 to 6.7 mL at 350 HU (there to 110 mm below the vertex).  Thin arteries alone, in slices of 5
mm, may be missed.
"""

from dataclasses import dataclass

import numpy as np

from core.domain import BoolArray
from core.imaging.skull import PIXEL_MM, CoarseHead, filled_hull

VESSEL_HU = 120
_FROM_SKULL_MM = 6.0  # beyond the partial volume of bone and the sinuses along it
_BRAIN_BELOW_MM = 95.0  # below the vertex; the skull base and the face have bone everywhere
_FEW_PIXELS = 200  # of bone: no ring
_SLAB_FROM_MM2 = 3.0
_LEAST_ML, _LEAST_SLABS = 1.2, 3


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
    dense = _inside(head) & (head.depth_mm >= _FROM_SKULL_MM) & (head.hu >= VESSEL_HU)
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
