"""Turns a stack to the standard axial display: anterior up, the patient's right at image left."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.dicom.findings import Finding
from core.domain import BoolArray, FloatArray, Geometry

MIN_AXIAL_COSINE = float(np.cos(np.radians(45.0)))


def standard_axial(hu: NDArray[np.int16], geometry: Geometry) -> tuple[NDArray[np.int16], Geometry]:
    """The same voxels with columns running to the patient's left and rows to posterior.

    Axes are swapped and flipped, never resampled.

    Raises
    ------
    StudyUnusableError
        The axes are not perpendicular, or the slices are not axial within 45 degrees.
    """
    _refuse_unless_axial(geometry)
    if abs(geometry.column_axis[0]) < abs(geometry.column_axis[1]):
        hu, geometry = hu.transpose(0, 2, 1), _transposed(geometry)
    if geometry.column_axis[0] < 0:
        hu, geometry = hu[:, :, ::-1], _columns_flipped(geometry)
    if geometry.row_axis[1] < 0:
        hu, geometry = hu[:, ::-1], _rows_flipped(geometry)
    return np.ascontiguousarray(hu), geometry


def in_order_of(source: Geometry, mask: BoolArray, geometry: Geometry) -> BoolArray:
    """A mask of a volume in the order of the slices from which its voxels were put in order.

    mask: bool (slices, rows, columns) on ``geometry``; returned on ``source``, its axes swapped and
    flipped.
    """
    cosines = _directions(source) @ _directions(geometry).T  # (3, 3)
    axes = np.abs(cosines).argmax(axis=1)
    along = np.take_along_axis(cosines, axes[:, None], axis=1)[:, 0] > 0
    return mask.transpose(axes)[tuple(slice(None, None, 1 if same else -1) for same in along)]


def _directions(geometry: Geometry) -> FloatArray:
    """Unit vectors to the next slice, row and column, (3, 3)."""
    step = geometry.positions_mm[-1] - geometry.positions_mm[0]
    return np.stack([step / np.linalg.norm(step), geometry.row_axis, geometry.column_axis])


def _refuse_unless_axial(geometry: Geometry) -> None:
    axes = np.stack([geometry.column_axis, geometry.row_axis])
    # Headers state direction cosines to at least 4 decimals.
    if not np.allclose(axes @ axes.T, np.eye(2), atol=1e-3):
        raise Finding.NOT_PERPENDICULAR.refusal()
    if geometry.normal[2] < MIN_AXIAL_COSINE:
        raise Finding.NOT_AXIAL.refusal()


def _transposed(geometry: Geometry) -> Geometry:
    return replace(
        geometry,
        column_axis=geometry.row_axis,
        row_axis=geometry.column_axis,
        pixel_spacing_mm=geometry.pixel_spacing_mm[::-1],
        rows=geometry.columns,
        columns=geometry.rows,
    )


def _columns_flipped(geometry: Geometry) -> Geometry:
    width_mm = (geometry.columns - 1) * geometry.pixel_spacing_mm[1]
    return replace(
        geometry,
        positions_mm=geometry.positions_mm + width_mm * geometry.column_axis,
        column_axis=-geometry.column_axis,
    )


def _rows_flipped(geometry: Geometry) -> Geometry:
    height_mm = (geometry.rows - 1) * geometry.pixel_spacing_mm[0]
    return replace(
        geometry,
        positions_mm=geometry.positions_mm + height_mm * geometry.row_axis,
        row_axis=-geometry.row_axis,
    )
