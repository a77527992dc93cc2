"""Stored values to Hounsfield units."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from core.dicom.findings import Finding
from core.dicom.values import number
from core.domain import FloatArray, QualityFinding

StoredArray = NDArray[np.integer[Any] | np.floating[Any]]

# Nothing is less dense than air.  What is stored below it lies outside the field of view, whether
# PixelPaddingValue (0028,0120) says so or not.
AIR_HU = -1024
_MAX_HU = np.iinfo(np.int16).max
# Between lung or foam and dense bone: what a head consists of.
_LEAST_TISSUE_HU, _MOST_TISSUE_HU = -500.0, 3000.0
# Brain is 20 to 45 HU, and from slice to slice bone and air cells shift the median by less.
_IMPLAUSIBLE_JUMP_HU = 100.0


def to_hu(stored: StoredArray, slope: float = 1.0, intercept: float = 0.0) -> NDArray[np.int16]:
    """Density in HU, rounded; below air, and where nothing is stored, air.

    >>> to_hu(np.array([0, 1064, 65535]), intercept=-1024.0).tolist()
    [-1024, 40, 32767]
    >>> to_hu(np.array([np.nan, -2000.0])).tolist()
    [-1024, -1024]
    """
    hu = np.nan_to_num(stored.astype(np.float32) * slope + intercept, nan=AIR_HU)
    rounded: NDArray[np.int16] = np.rint(hu).clip(AIR_HU, _MAX_HU).astype(np.int16)
    return rounded


def rescale(dataset: Dataset) -> tuple[float, float] | None:
    """RescaleSlope (0028,1053) and RescaleIntercept (0028,1052); None if one is absent or void."""
    slope, intercept = number(dataset, "RescaleSlope"), number(dataset, "RescaleIntercept")
    return None if intercept is None or not slope else (slope, intercept)


def is_padding(dataset: Dataset, stored: StoredArray) -> NDArray[np.bool_]:
    """Which pixels lie outside the reconstruction (PS3.3 C.7.5.1.1.2), bool like ``stored``."""
    padding = number(dataset, "PixelPaddingValue")
    if padding is None:
        return np.zeros(stored.shape, bool)
    limit = number(dataset, "PixelPaddingRangeLimit")
    lowest, highest = sorted((padding, padding if limit is None else limit))
    inside: NDArray[np.bool_] = (stored >= lowest) & (stored <= highest)
    return inside


def padding_is_plausible(dataset: Dataset, slope: float, intercept: float) -> bool:
    """Whether what is called padding lies outside the densities of a head, or none is called so."""
    padding = number(dataset, "PixelPaddingValue")
    limit = number(dataset, "PixelPaddingRangeLimit")
    stored = [value for value in (padding, limit) if padding is not None and value is not None]
    hu = [value * slope + intercept for value in stored]
    return not hu or max(hu) <= _LEAST_TISSUE_HU or min(hu) >= _MOST_TISSUE_HU


def rescale_findings(
    pairs: Sequence[tuple[float, float] | None], hu: NDArray[np.int16]
) -> tuple[QualityFinding, ...]:
    """What the (slope, intercept) of each slice, None where it has none, mean to the reader.

    hu: (slices, rows, columns), in the same order.
    """
    n_missing = sum(pair is None for pair in pairs)
    if n_missing == len(pairs):
        return (rescale_missing(hu),)
    if n_missing:
        return (Finding.RESCALE_PARTLY_MISSING.told(count=n_missing, of=len(pairs)),)
    usual, frequency = Counter(pairs).most_common(1)[0]
    if frequency == len(pairs):
        return ()
    jumps = _jumps_hu(hu)
    if frequency <= len(pairs) / 2:  # some scanners scale each slice by itself
        n_jumps = np.count_nonzero(jumps > _IMPLAUSIBLE_JUMP_HU)
        return (Finding.RESCALE_DIFFERS.told(count=n_jumps),) if n_jumps else ()
    differs = np.array([pair != usual for pair in pairs])
    wrong = differs & (jumps > _IMPLAUSIBLE_JUMP_HU)
    if wrong.any():
        worst = jumps[wrong].max()
        return (Finding.RESCALE_IMPLAUSIBLE.told(count=wrong.sum(), jump_hu=worst),)
    return (Finding.RESCALE_DIFFERS.told(count=differs.sum()),)


def _jumps_hu(hu: NDArray[np.int16]) -> FloatArray:
    """How far the density inside the head of each slice is from its neighbours', HU (slices,).

    The 50th percentile of what is denser than air; each slice by the median of the two on
    either side.
    """
    density = np.array([_head_hu(slice_) for slice_ in hu])
    around = [
        np.median(np.delete(density, index)[max(0, index - 2) : index + 2])
        for index in range(len(density))
    ]
    jumps: FloatArray = np.abs(density - np.array(around))
    return jumps


def _head_hu(slice_: NDArray[np.int16]) -> float:
    inside = slice_[(slice_ > _LEAST_TISSUE_HU) & (slice_ < _MOST_TISSUE_HU)]
    return float(np.median(inside)) if inside.size else float(AIR_HU)


def rescale_missing(hu: NDArray[np.int16]) -> QualityFinding:
    """Whether values without a rescale can still be read as HU: they can if air is at -1000."""
    looks_like_hu = bool(np.count_nonzero(hu < -900) > 0.01 * hu.size)
    kind = Finding.RESCALE_MISSING if looks_like_hu else Finding.RESCALE_MISSING_REFUSED
    return kind.told()
