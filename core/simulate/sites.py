"""Where a hematoma may begin: sites of the brain by place in the head, without an atlas."""

from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray
from core.simulate.brain_map import FOSSA_BELOW_MM, BrainMap

Site = Literal["lobar", "thalamic", "cerebellar", "brainstem", "intraventricular"]
SITES: tuple[Site, ...] = get_args(Site)

_BELOW_MM: dict[Site, tuple[float, float]] = {
    "lobar": (15, 78),
    "thalamic": (56, 72),
    "cerebellar": (FOSSA_BELOW_MM + 2, 116),
    "brainstem": (FOSSA_BELOW_MM, 110),
    "intraventricular": (38, 72),
}
"""Levels below the vertex, looked at on seven heads of PHE-SICH: pineal at 60 to 75 mm, bodies of
the lateral ventricles at 40 to 55 mm, fourth ventricle at 95 to 110 mm."""

_FOSSA_LENGTH_MM = 100.0  # at most; longer compartments hold temporal lobes as well
_CSF_BELOW_HU = 17.0
_CSF_SIGMA_MM = 0.8
_VENTRICLE_DEPTH_MM = 20.0
_VENTRICLE_OFF_MIDLINE_MM = 38.0
_VENTRICLE_AT_LEAST_MM2 = 60.0


def candidates(site: Site, k: int, hu: NDArray[np.int16], brain: BrainMap) -> BoolArray:
    """Pixels of slice k where the middle of a hematoma of this site may lie, bool (rows, columns).

    hu: the slice.
    """
    low_mm, high_mm = _BELOW_MM[site]
    if not low_mm <= brain.below_mm[k] <= high_mm or not brain.brain[k].any():
        return np.zeros(hu.shape, bool)
    if site == "intraventricular":
        return ventricles(k, hu, brain)
    if site in ("cerebellar", "brainstem") and brain.length_mm(k) > _FOSSA_LENGTH_MM:
        return np.zeros(hu.shape, bool)
    left_mm, back = brain.place(k)
    off_midline_mm, depth_mm = np.abs(left_mm), brain.depth_mm(k)
    if site == "lobar":
        found = (depth_mm > 6) & (depth_mm < 28) & (off_midline_mm > 12)
    elif site == "thalamic":
        found = (off_midline_mm > 7) & (off_midline_mm < 17) & (back > 0.47) & (back < 0.60)
    elif site == "cerebellar":
        found = (off_midline_mm > 12) & (off_midline_mm < 38) & (back > 0.40) & (depth_mm > 6)
    else:
        found = (off_midline_mm < 6) & (back > 0.10) & (back < 0.32) & (depth_mm > 4)
    return np.asarray(found & brain.brain[k])


def ventricles(k: int, hu: NDArray[np.int16], brain: BrainMap) -> BoolArray:
    """Cerebrospinal fluid near the middle of slice k and deep in it, bool (rows, columns)."""
    if not brain.brain[k].any():
        return np.zeros(hu.shape, bool)
    smooth = cv2.GaussianBlur(hu.astype(np.float32), (0, 0), _CSF_SIGMA_MM / brain.pixel_mm)
    left_mm, _ = brain.place(k)
    deep = brain.depth_mm(k) > _VENTRICLE_DEPTH_MM
    near = np.abs(left_mm) < _VENTRICLE_OFF_MIDLINE_MM
    fluid = brain.brain[k] & deep & near & (smooth < _CSF_BELOW_HU)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(fluid.astype(np.uint8))
    large = statistics[:, cv2.CC_STAT_AREA] * brain.pixel_mm**2 >= _VENTRICLE_AT_LEAST_MM2
    large[0] = False
    return np.asarray(large[labels])
