"""How the slices of a stack follow one another: repeated, missing, uneven or sheared."""

import numpy as np
from numpy.typing import NDArray

from core.dicom.findings import Finding
from core.domain import FloatArray, Geometry, QualityFinding

SAME_POSITION_MM = 0.01
# Two standard head slices of 5 mm: a hematoma of several mL fits into a longer gap unseen.
MAX_UNSEEN_MM = 10.0
# Neighbours on either side that tell what step is usual here.  Older protocols change from thin
# slices in the posterior fossa to thick ones above: a change of step is no gap.
_NEIGHBOURS = 3
# Short of 2, because scanners round table positions.
_GAP_RATIO = 1.8
_UNEVEN_RATIO = 0.05
# About a pixel of a head CT; positions are rounded to 0.1 mm at worst.
_BESIDE_MM = 0.5
# Voxels of head CT are 0.2 to 10 mm long: far from that, a header is wrong or in another unit.
_VOXEL_MM = (0.05, 50.0)


def distinct_positions(offsets_mm: FloatArray) -> NDArray[np.intp]:
    """Indices of the slices from caudal to cranial, one for each position.

    >>> distinct_positions(np.array([5.0, 0.0, 5.0, 10.0])).tolist()
    [1, 0, 3]
    """
    order = np.argsort(offsets_mm, kind="stable")
    apart = np.diff(offsets_mm[order], prepend=-np.inf) > SAME_POSITION_MM
    return order[apart]


def refuse_impossible_size(geometry: Geometry) -> None:
    """StudyUnusableError where rows, columns or slices are apart as no scanner makes them."""
    step_mm = float(np.median(np.diff(geometry.offsets_mm)))
    size_mm = (*geometry.pixel_spacing_mm, step_mm)
    least, most = _VOXEL_MM
    if not all(least <= one <= most for one in size_mm):
        size = " x ".join(f"{one:.3g}" for one in size_mm)
        raise Finding.VOXEL_SIZE.refusal(size=size, least_mm=least, most_mm=most)


def unseen_mm(offsets_mm: FloatArray) -> FloatArray:
    """Length along the normal that each step leaves without its slices, mm (slices - 1,).

    0 where the step is like its neighbours.
    """
    steps = np.diff(offsets_mm)
    usual = np.array([np.median(_around(steps, i)) for i in range(len(steps))])
    gap = steps >= _GAP_RATIO * usual
    return np.where(gap, steps - usual, 0.0)


def tilt_deg(geometry: Geometry) -> float:
    """Angle between the slice normal and the way from slice to slice, degrees.

    That is the gantry's tilt: the table moves along the patient, the slices lean (PS3.3 C.8.2.1).
    """
    travel = geometry.positions_mm[-1] - geometry.positions_mm[0]
    cosine = travel @ geometry.normal / np.linalg.norm(travel)
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def stack_findings(geometry: Geometry) -> tuple[QualityFinding, ...]:
    """What the order and spacing of the slices mean to the reader."""
    found = (
        _missing_slices(geometry),
        _uneven_steps(geometry),
        _shifted(geometry),
        _tilt(geometry),
        _step_length(geometry),
        _coverage(geometry),
    )
    return tuple(finding for finding in found if finding is not None)


def _around(steps: FloatArray, index: int) -> FloatArray:
    return steps[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1]


def _missing_slices(geometry: Geometry) -> QualityFinding | None:
    unseen = unseen_mm(geometry.offsets_mm)
    if not unseen.any():
        return None
    widest = float(unseen.max())
    refused = widest > MAX_UNSEEN_MM + SAME_POSITION_MM
    kind = Finding.MISSING_SLICES_REFUSED if refused else Finding.MISSING_SLICES
    return kind.told(count=np.count_nonzero(unseen), widest_mm=widest)


def _uneven_steps(geometry: Geometry) -> QualityFinding | None:
    steps = np.diff(geometry.offsets_mm)
    if np.ptp(steps) <= _UNEVEN_RATIO * np.median(steps):
        return None
    return Finding.UNEVEN_STEPS.told(least_mm=steps.min(), most_mm=steps.max())


def _shifted(geometry: Geometry) -> QualityFinding | None:
    """Slices that stand out sideways from the straight line of the stack."""
    offsets, positions = geometry.offsets_mm, geometry.positions_mm
    if len(offsets) < _NEIGHBOURS:
        return None
    steps = np.diff(positions, axis=0) / np.diff(offsets)[:, None]
    travel = np.median(steps, axis=0)  # of the patient for each mm along the normal
    start = np.median(positions - offsets[:, None] * travel, axis=0)
    beside: FloatArray = np.linalg.norm(positions - start - offsets[:, None] * travel, axis=1)
    if beside.max() <= _BESIDE_MM:
        return None
    count = np.count_nonzero(beside > _BESIDE_MM)
    return Finding.SHIFTED_SLICES.told(count=count, most_mm=beside.max())


def _tilt(geometry: Geometry) -> QualityFinding | None:
    tilt = tilt_deg(geometry)
    if tilt < 0.5:  # table positions are stated to 0.1 mm or so: below this it is rounding
        return None
    return Finding.GANTRY_TILT.told(tilt_deg=tilt)


def _step_length(geometry: Geometry) -> QualityFinding | None:
    step = float(np.median(np.diff(geometry.offsets_mm)))
    if step > 8.0:
        return Finding.THICK_SLICES.told(step_mm=step)
    if step < 2.0:
        return Finding.THIN_SLICES.told(step_mm=step)
    return None


def _coverage(geometry: Geometry) -> QualityFinding | None:
    extent = float(geometry.thickness_mm.sum())
    return Finding.LIMITED_COVERAGE.told(extent_mm=extent) if extent < 100.0 else None
