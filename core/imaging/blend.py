"""The blend sign: a darker part of the hematoma beside, not inside, a brighter one."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu

from core.domain import BoolArray, Geometry

DIFFERENCE_HU = 13
"""Least difference of the two parts' mean densities; calibrated, see `blend_sign`.

Readers are asked for 18 HU (radiopaedia.org/articles/blend-sign-brain).
"""

PART_OF_SLICE = 0.20
"""Least share of the slice's hematoma in either part; calibrated, see `blend_sign`."""

NARROWEST_RADIUS_MM = 1.5
"""A part must hold a disk of this radius, which the blurred rim of any hematoma does not."""

EIGHT_NEIGHBORS = np.ones((3, 3), bool)


def blend_sign(hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry) -> bool:
    """Whether any slice shows a blend sign; an empty mask shows none.

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
    spacing_mm = geometry.pixel_spacing_mm
    return any(
        _slice_is_blend(*_cut_out(hu[index], mask[index]), spacing_mm)
        for index in np.flatnonzero(mask.any(axis=(1, 2)))
    )


def _cut_out(
    hu_slice: NDArray[np.int16], mask_slice: BoolArray
) -> tuple[NDArray[np.int16], BoolArray]:
    """The part of a slice around its mask, with one pixel to spare for the median."""
    rows, columns = (np.flatnonzero(mask_slice.any(axis=axis)) for axis in (1, 0))
    window = tuple(slice(max(i[0] - 1, 0), i[-1] + 2) for i in (rows, columns))
    return hu_slice[window], mask_slice[window]


def _slice_is_blend(
    hu_slice: NDArray[np.int16], mask_slice: BoolArray, spacing_mm: tuple[float, float]
) -> bool:
    """Whether the hematoma of one slice has a dark part beside a bright one."""
    smoothed = ndimage.median_filter(hu_slice, size=3)
    inside = ndimage.binary_erosion(mask_slice)
    if len(np.unique(smoothed[inside])) < 2:
        return False
    dark = inside & (smoothed <= threshold_otsu(smoothed[inside]))
    bright = inside & ~dark
    if smoothed[bright].mean() - smoothed[dark].mean() < DIFFERENCE_HU:
        return False
    least_px = PART_OF_SLICE * np.count_nonzero(inside)
    edge = inside & ~ndimage.binary_erosion(inside)
    dark_parts = _parts(dark, least_px, spacing_mm)
    return bool(_parts(bright, least_px, spacing_mm)) and any(
        (part & edge).any() for part in dark_parts
    )


def _parts(region: BoolArray, least_px: float, spacing_mm: tuple[float, float]) -> list[BoolArray]:
    """Connected parts of at least ``least_px`` pixels, without what is too narrow for a disk."""
    labels, count = ndimage.label(_opened(region, spacing_mm), EIGHT_NEIGHBORS)
    parts = [labels == number for number in range(1, count + 1)]
    return [part for part in parts if np.count_nonzero(part) >= least_px]


def _opened(region: BoolArray, spacing_mm: tuple[float, float]) -> BoolArray:
    """The region opened with a disk of NARROWEST_RADIUS_MM, round in mm on any pixel spacing."""
    padded = np.pad(region, 1)  # what lies beyond the cut-out is not part of the region
    depth_mm = ndimage.distance_transform_edt(padded, sampling=spacing_mm)
    centers = depth_mm > NARROWEST_RADIUS_MM
    if not centers.any():
        return np.zeros_like(region)
    reach_mm = ndimage.distance_transform_edt(~centers, sampling=spacing_mm)
    opened: BoolArray = reach_mm[1:-1, 1:-1] <= NARROWEST_RADIUS_MM
    return opened
