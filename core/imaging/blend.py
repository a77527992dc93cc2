"""The blend sign: a darker part of the hematoma beside, not inside, a brighter one."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain import BoolArray
from core.imaging.parts import cut_out, dark_half, edge_of, parts_of

DIFFERENCE_HU = 13
"""Least difference of the two parts' mean densities; calibrated, see `blend_slices`.

Readers are asked for 18 HU (radiopaedia.org/articles/blend-sign-brain).
"""

PART_OF_SLICE = 0.20
"""Least share of the slice's hematoma in either part; calibrated, see `blend_slices`."""


def blend_slices(
    hu: NDArray[np.int16], mask: BoolArray, spacing_mm: tuple[float, float]
) -> list[int]:
    """Slices that show a blend sign, none for an empty mask.

    In a slice, after a 3 x 3 median and without the mask's outermost pixels (partial volume),
    Otsu's threshold splits the hematoma in two.  It is a blend when the means differ by
    DIFFERENCE_HU and either class has a connected part of at least PART_OF_SLICE, the dark one
    reaching the edge of the hematoma: one that the bright part encloses is another sign.  Meant for
    slices of 2.5 to 5 mm; average thinner ones first, as their noise alone spreads the classes.  A
    candidate marker that needs a reader's confirmation.

    The rule is calibrated to readers: in the table of Yu 2024 (871 patients, doi
    10.1007/s00330-024-10921-2) 4 / 20 / 36 % of hematomas of 0-9.3 / 9.3-22.3 / 22.3-115 mL have
    the sign.  On the 95 PHE-SICH patients (derived masks; pixels scaled to a head 150 mm wide,
    slices 5 mm) it marks 2 of 52, 5 of 29 and 5 of 14: 4 / 17 / 36 % (measured 2026-11-24).  With
    18 HU and parts of 10 % it would mark 1, 0 and 0: masks made by a threshold leave out the
    darkest parts, and the means of whole classes lie closer than the spots that a reader picks.
    """
    return [
        int(index)
        for index in np.flatnonzero(mask.any(axis=(1, 2)))
        if _slice_is_blend(*cut_out(hu[index], mask[index]), spacing_mm)
    ]


def _slice_is_blend(
    hu_slice: NDArray[np.int16], mask_slice: BoolArray, spacing_mm: tuple[float, float]
) -> bool:
    """Whether the hematoma of one slice has a dark part beside a bright one."""
    smoothed = ndimage.median_filter(hu_slice, size=3)
    inside = ndimage.binary_erosion(mask_slice)
    dark = dark_half(smoothed, inside)
    bright = inside & ~dark
    if not dark.any() or smoothed[bright].mean() - smoothed[dark].mean() < DIFFERENCE_HU:
        return False
    least_px = PART_OF_SLICE * np.count_nonzero(inside)
    edge = edge_of(inside)
    return bool(parts_of(bright, least_px, spacing_mm)) and any(
        (part & edge).any() for part in parts_of(dark, least_px, spacing_mm)
    )
