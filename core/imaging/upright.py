"""Slices that gantry tilt has sheared, on one upright grid and back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain import FloatArray, Geometry

_AT_ONCE = 32


@dataclass(frozen=True, slots=True, eq=False)
class UprightGrid:
    """Rows and columns, at the pixels' spacing, that lie over one another in all slices.

    ``rows_mm`` and ``columns_mm`` are measured along the row and column axis from the first pixel
    of slice 0; ``drift_mm`` (slices, 2) is how far the first pixel of each slice lies from it.
    Without tilt the grid is the pixels themselves.
    """

    rows_mm: FloatArray
    columns_mm: FloatArray
    drift_mm: FloatArray
    pixel_spacing_mm: tuple[float, float]

    def slices_alike(self, slices: slice) -> Iterator[tuple[NDArray[np.intp], FloatArray]]:
        """Places in a run of slices that drifted alike, and how far (row mm, column mm).

        A few dozen at once, so that hundreds of thin slices want no more memory.
        """
        drifts, group = np.unique(self.drift_mm[slices], axis=0, return_inverse=True)
        for number, drift_mm in enumerate(drifts):
            places = np.flatnonzero(group.ravel() == number)
            for start in range(0, len(places), _AT_ONCE):
                yield places[start : start + _AT_ONCE], drift_mm

    def on_pixels(
        self, upright: NDArray[np.float64], box: tuple[slice, slice, slice]
    ) -> NDArray[np.float32]:
        """Smooth values of the box's slices (slices, rows, columns), taken back to its pixels."""
        counts = [edge.stop - edge.start for edge in box]
        pixels = np.empty(counts, np.float32)
        corner_mm = np.array([self.rows_mm[0], self.columns_mm[0]])
        first_mm = np.array([box[1].start, box[2].start]) * self.pixel_spacing_mm
        for places, drift_mm in self.slices_alike(box[0]):
            by_px = (first_mm + drift_mm - corner_mm) / self.pixel_spacing_mm
            moved = ndimage.shift(upright[places], (0, *-by_px), order=1, mode="nearest")
            pixels[places] = moved[:, : counts[1], : counts[2]]
        return pixels


def upright_grid(geometry: Geometry, box: tuple[slice, slice, slice]) -> UprightGrid:
    """The grid over a box of the scanner's grid."""
    axes = np.column_stack([geometry.row_axis, geometry.column_axis])
    # A micrometer and less is rounding in the header, no drift.
    drift_mm = ((geometry.positions_mm - geometry.positions_mm[0]) @ axes).round(3) + 0.0
    held = drift_mm[box[0]]
    lowest, drifted = held.min(axis=0), np.ptp(held, axis=0)
    places_mm = [
        lowest[axis]
        + spacing_mm * np.arange(edge.start, edge.stop + np.ceil(drifted[axis] / spacing_mm))
        for axis, (edge, spacing_mm) in enumerate(
            zip(box[1:], geometry.pixel_spacing_mm, strict=True)
        )
    ]
    return UprightGrid(places_mm[0], places_mm[1], drift_mm, geometry.pixel_spacing_mm)
