"""L5: how blob-like a hematoma is, from a Laplacian-of-Gaussian filter of 5 mm.

The filter (sigma 5 mm, times sigma squared, HU) is far below 0 inside a dense, compact blob.  L5 is
its 10th percentile inside the hematoma: less negative, and the risk of expansion higher, where the
hematoma is large, diffuse, faint or inhomogeneous.  It is the ``log-sigma-5-0-mm-3D``
``firstorder_10Percentile`` of PyRadiomics.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.interpolate import CubicSpline

from core.domain import BoolArray, FloatArray, Geometry
from core.imaging.gaussian import SIGMAS, GaussianWeights, gaussian_weights
from core.imaging.upright import UprightGrid, upright_grid

SIGMA_MM = 5.0
REACH_MM = SIGMAS * SIGMA_MM
PERCENTILE = 10.0

CLIP_HU = (-20, 100)
"""Air and bone count as these: the range of the images on which L5 got its equations' scale.

On the 95 PHE-SICH patients, a skull of 1000 HU that is not clipped would move L5 by -0.05 to 0.9 HU
(SD 0.12; more than 0.1 HU in 13, rank correlation 0.999); air adds next to nothing to that
(measured 2026-11-26).
"""

_BLOCK_PX = 16  # in which a mask is looked through for parts

Box = tuple[slice, slice, slice]


@dataclass(frozen=True, slots=True, eq=False)
class FilteredHematoma:
    """The filter around a hematoma: float32, HU, on the part of the scanner's grid in ``box``.

    nan between parts of a hematoma that lie apart, where it is not computed.
    """

    values: NDArray[np.float32]
    mask: BoolArray
    box: Box
    geometry: Geometry

    @property
    def l5_hu(self) -> float:
        """10th percentile of the filter inside the hematoma, HU; slices count by thickness."""
        return self._percentile(np.arange(len(self.mask)))

    @property
    def slice_l5_hu(self) -> FloatArray:
        """The same within each slice's part of the hematoma (slices,), nan where there is none."""
        found = np.full(len(self.geometry.positions_mm), np.nan)
        for index in np.flatnonzero(self.mask.any(axis=(1, 2))):
            found[self.box[0].start + index] = self._percentile(np.array([index]))
        return found

    def on_scanner_grid(self) -> NDArray[np.float32]:
        """The filter on (slices, rows, columns); nan outside the box, where it is not computed."""
        whole = np.full(self.geometry.shape, np.nan, np.float32)
        whole[self.box] = self.values
        return whole

    def _percentile(self, slices: NDArray[np.intp]) -> float:
        mask = self.mask[slices]
        thickness_mm = self.geometry.thickness_mm[self.box[0]][slices]
        weights = np.repeat(thickness_mm, np.count_nonzero(mask, axis=(1, 2)))
        return weighted_percentile(self.values[slices][mask], weights, PERCENTILE)


def filter_hematoma(
    hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry
) -> FilteredHematoma | None:
    """The filter in the box around a hematoma; None for an empty mask, which has no L5.

    Computed in the patient's millimeters: a stack sheared by gantry tilt is set upright, and uneven
    slices are brought to even steps by a cubic spline.  At the borders of the stack the nearest
    voxel goes on (scipy's mode "nearest").
    """
    if not mask.any():
        return None
    box = _box_around(mask)
    values = np.full(mask[box].shape, np.nan, np.float32)
    for part in _parts(mask[box]):
        values[part] = _filtered(hu, _within(box, part), geometry)
    return FilteredHematoma(values, mask[box], box, geometry)


def _filtered(hu: NDArray[np.int16], box: Box, geometry: Geometry) -> NDArray[np.float32]:
    """The filter in a box."""
    grid = upright_grid(geometry, box)
    near = _within_reach(geometry.offsets_mm, box[0])
    smooth, curved = _filter_in_plane(hu[near], grid, near)
    through = _through_plane(geometry.offsets_mm[box[0]], geometry.offsets_mm[near])
    upright = np.tensordot(through.second, smooth, 1) + np.tensordot(through.smooth, curved, 1)
    return grid.on_pixels(upright, box)


def weighted_percentile(values: NDArray[np.floating], weights: FloatArray, percent: float) -> float:
    """Percentile of values of which some count for more, by straight lines between them.

    Equal weights give that of numpy.

    >>> weighted_percentile(np.array([3.0, 1.0, 2.0]), np.ones(3), 25)
    1.5
    """
    order = np.argsort(values)
    middle = np.cumsum(weights[order]) - weights[order] / 2
    at = middle[0] + percent / 100 * (middle[-1] - middle[0])
    return float(np.interp(at, middle, values[order]))


def _box_around(mask: BoolArray) -> Box:
    held = [np.flatnonzero(mask.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    first, second, third = (slice(int(at[0]), int(at[-1]) + 1) for at in held)
    return first, second, third


def _parts(mask: BoolArray) -> list[Box]:
    """Boxes around the parts of a mask that lie apart: what is between them takes time alone."""
    rows, columns = (np.arange(0, size, _BLOCK_PX) for size in mask.shape[1:])
    blocks = np.logical_or.reduceat(np.logical_or.reduceat(mask, rows, axis=1), columns, axis=2)
    labels, _ = ndimage.label(blocks, np.ones((3, 3, 3)))
    return [
        (slices, *(slice(_BLOCK_PX * at.start, _BLOCK_PX * at.stop) for at in in_plane))
        for slices, *in_plane in ndimage.find_objects(labels)
    ]


def _within(box: Box, part: Box) -> Box:
    """A part of a box on the grid of which the box is a part."""
    first, second, third = (
        slice(whole.start + own.start, min(whole.start + own.stop, whole.stop))
        for whole, own in zip(box, part, strict=True)
    )
    return first, second, third


def _within_reach(offsets_mm: FloatArray, slices: slice) -> slice:
    """Slices in reach of a run of slices, and one more on either side for the spline."""
    lowest, highest = offsets_mm[slices.start] - REACH_MM, offsets_mm[slices.stop - 1] + REACH_MM
    start = int(np.searchsorted(offsets_mm, lowest)) - 1
    stop = int(np.searchsorted(offsets_mm, highest, side="right")) + 1
    return slice(max(start, 0), min(stop, len(offsets_mm)))


def _filter_in_plane(
    hu: NDArray[np.int16], grid: UprightGrid, slices: slice
) -> tuple[FloatArray, FloatArray]:
    """Gaussian mean and scaled in-plane Laplacian of each slice, on the upright grid."""
    shape = len(hu), len(grid.rows_mm), len(grid.columns_mm)
    smooth, curved = np.empty(shape), np.empty(shape)
    for places, drift_mm in grid.slices_alike(slices):
        rows, down = _pixels(grid.rows_mm - drift_mm[0], grid.pixel_spacing_mm[0], hu.shape[1])
        columns, along = _pixels(
            grid.columns_mm - drift_mm[1], grid.pixel_spacing_mm[1], hu.shape[2]
        )
        near = hu[places, rows, columns].clip(*CLIP_HU).astype(np.float64)
        across = near @ along.smooth.T  # (places, rows in reach, columns of the grid)
        smooth[places] = down.smooth @ across
        curved[places] = down.second @ across + down.smooth @ (near @ along.second.T)
    return smooth, curved


def _pixels(at_mm: FloatArray, spacing_mm: float, count: int) -> tuple[slice, GaussianWeights]:
    """Pixels of an axis in reach of places on it, at least one, and their weights."""
    start = int(np.floor((at_mm[0] - REACH_MM) / spacing_mm))
    stop = int(np.ceil((at_mm[-1] + REACH_MM) / spacing_mm)) + 1
    start, stop = min(max(start, 0), count - 1), max(min(stop, count), 1)
    weights = gaussian_weights(
        at_mm - start * spacing_mm, SIGMA_MM, step_mm=spacing_mm, count=stop - start
    )
    return slice(start, stop), weights


def _through_plane(at_mm: FloatArray, offsets_mm: FloatArray) -> GaussianWeights:
    """Weights of the slices at heights along their normal.

    Even steps are kept as they are, unless too long for the Gaussian; others become the shortest.
    """
    steps_mm = np.diff(offsets_mm)
    shortest_mm = steps_mm.min()
    parts = int(np.ceil(shortest_mm / SIGMA_MM - 1e-3)) * round(np.sum(steps_mm) / shortest_mm)
    even_mm = np.linspace(offsets_mm[0], offsets_mm[-1], parts + 1)
    even = gaussian_weights(
        at_mm - even_mm[0], SIGMA_MM, step_mm=even_mm[1] - even_mm[0], count=len(even_mm)
    )
    spline = CubicSpline(offsets_mm, np.eye(len(offsets_mm)))(even_mm)  # (even, slices)
    return GaussianWeights(even.smooth @ spline, even.second @ spline)
