"""Coronal and sagittal stacks as axial ones: the same voxels in another order."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.dicom.findings import Finding
from core.dicom.orient import MIN_AXIAL_COSINE
from core.domain import FloatArray, Geometry, QualityFinding

# Of the step between slices, as far as one may lie from where even steps put it: table positions
# are rounded to 0.1 mm.
_UNEVEN_RATIO = 0.1
_WHOLE_HEAD_MM = 100.0


def axial_stack(
    hu: NDArray[np.int16], geometry: Geometry
) -> tuple[NDArray[np.int16], Geometry, tuple[QualityFinding, ...]]:
    """The stack with slices within 45 degrees of axial, and what the reader must know of it.

    An axial stack is given back as it is.  Of another, rows or columns become the slices, whichever
    run up and down the patient; nothing is resampled, so what is measured is measured on the
    scanner's own grid.

    Raises
    ------
    StudyUnusableError
        The steps between the slices are uneven, or no axis is within 45 degrees of the patient's.
    """
    if geometry.normal[2] >= MIN_AXIAL_COSINE:
        return hu, geometry, ()
    step = _even_step(geometry)
    across_mm = float(np.linalg.norm(step))
    up_by_rows = abs(geometry.row_axis[2]) >= abs(geometry.column_axis[2])
    reordered = _rows_as_slices if up_by_rows else _columns_as_slices
    hu, axial = _caudal_first(*reordered(hu, geometry, step))
    if axial.normal[2] < MIN_AXIAL_COSINE:
        raise Finding.NOT_AXIAL.refusal()
    extent_mm = across_mm * len(geometry.positions_mm)
    narrow = (Finding.LIMITED_COVERAGE.told(extent_mm=extent_mm),)
    told = Finding.REFORMATTED.told(plane=plane_name(geometry.normal), step_mm=across_mm)
    return hu, axial, (told, *(narrow if extent_mm < _WHOLE_HEAD_MM else ()))


def plane_name(normal: FloatArray | tuple[float, float, float]) -> str:
    """What slices with this normal are called: axial, coronal or sagittal, whichever is nearest.

    >>> plane_name((0.0, 0.9, 0.4))
    'coronal'
    """
    return ("sagittal", "coronal", "axial")[int(np.argmax(np.abs(normal)))]


def _even_step(geometry: Geometry) -> FloatArray:
    """From each slice to the next, mm (3,)."""
    positions = geometry.positions_mm
    step: FloatArray = (positions[-1] - positions[0]) / (len(positions) - 1)
    even = positions[0] + np.arange(len(positions))[:, None] * step  # (slices, 3)
    off_mm = np.linalg.norm(positions - even, axis=1).max()
    if off_mm > _UNEVEN_RATIO * np.linalg.norm(step):
        raise Finding.NOT_REFORMATTED.refusal(off_mm=off_mm)
    return step


def _rows_as_slices(
    hu: NDArray[np.int16], geometry: Geometry, step: FloatArray
) -> tuple[NDArray[np.int16], Geometry]:
    spacing_mm = geometry.pixel_spacing_mm
    along = np.arange(geometry.rows)[:, None] * (spacing_mm[0] * geometry.row_axis)
    return hu.transpose(1, 0, 2), replace(
        geometry,
        positions_mm=geometry.positions_mm[0] + along,
        row_axis=step / np.linalg.norm(step),
        pixel_spacing_mm=(float(np.linalg.norm(step)), spacing_mm[1]),
        rows=len(hu),
    )


def _columns_as_slices(
    hu: NDArray[np.int16], geometry: Geometry, step: FloatArray
) -> tuple[NDArray[np.int16], Geometry]:
    spacing_mm = geometry.pixel_spacing_mm
    along = np.arange(geometry.columns)[:, None] * (spacing_mm[1] * geometry.column_axis)
    return hu.transpose(2, 1, 0), replace(
        geometry,
        positions_mm=geometry.positions_mm[0] + along,
        column_axis=step / np.linalg.norm(step),
        pixel_spacing_mm=(spacing_mm[0], float(np.linalg.norm(step))),
        columns=len(hu),
    )


def _caudal_first(hu: NDArray[np.int16], geometry: Geometry) -> tuple[NDArray[np.int16], Geometry]:
    if geometry.offsets_mm[0] <= geometry.offsets_mm[-1]:
        return hu, geometry
    return hu[::-1], replace(geometry, positions_mm=geometry.positions_mm[::-1])
