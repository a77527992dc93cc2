"""Parts of a hematoma in one slice, as the signs of non-contrast CT are made of them."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu

from core.domain import BoolArray

NARROWEST_RADIUS_MM = 1.5
"""A part must hold a disk of this radius, which the blurred rim of any hematoma does not."""

EIGHT_NEIGHBORS = np.ones((3, 3), bool)


def cut_out(
    hu_slice: NDArray[np.int16], mask_slice: BoolArray
) -> tuple[NDArray[np.int16], BoolArray]:
    """The part of a slice around its mask, with one pixel to spare for the median."""
    rows, columns = (np.flatnonzero(mask_slice.any(axis=axis)) for axis in (1, 0))
    window = tuple(slice(max(i[0] - 1, 0), i[-1] + 2) for i in (rows, columns))
    return hu_slice[window], mask_slice[window]


def dark_half(smoothed: NDArray[np.int16], inside: BoolArray) -> BoolArray:
    """Darker of the two classes into which Otsu's threshold splits what is inside.

    Empty where there is no contrast at all.
    """
    if len(np.unique(smoothed[inside])) < 2:
        return np.zeros_like(inside)
    dark: BoolArray = inside & (smoothed <= threshold_otsu(smoothed[inside]))
    return dark


def edge_of(region: BoolArray) -> BoolArray:
    """Outermost pixels of a region."""
    edge: BoolArray = region & ~ndimage.binary_erosion(region)
    return edge


def parts_of(
    region: BoolArray, least_px: float, spacing_mm: tuple[float, float]
) -> list[BoolArray]:
    """Connected parts of at least ``least_px`` pixels, without what is too narrow for a disk."""
    labels, count = ndimage.label(opened(region, spacing_mm), EIGHT_NEIGHBORS)
    parts = [labels == number for number in range(1, count + 1)]
    return [part for part in parts if np.count_nonzero(part) >= least_px]


def opened(
    region: BoolArray, spacing_mm: tuple[float, float], radius_mm: float = NARROWEST_RADIUS_MM
) -> BoolArray:
    """The region opened with a disk, round in mm on any pixel spacing."""
    padded = np.pad(region, 1)  # what lies beyond the cut-out is not part of the region
    depth_mm = ndimage.distance_transform_edt(padded, sampling=spacing_mm)
    centers = depth_mm > radius_mm
    if not centers.any():
        return np.zeros_like(region)
    reach_mm = ndimage.distance_transform_edt(~centers, sampling=spacing_mm)
    kept: BoolArray = reach_mm[1:-1, 1:-1] <= radius_mm
    return kept
