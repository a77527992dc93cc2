"""Stored values to Hounsfield units."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from core.dicom.findings import Finding
from core.dicom.values import number
from core.domain import QualityFinding

StoredArray = NDArray[np.integer[Any] | np.floating[Any]]

# Nothing is less dense than air.  What is stored below it lies outside the field of view, whether
# PixelPaddingValue (0028,0120) says so or not.
AIR_HU = -1024
_MAX_HU = np.iinfo(np.int16).max


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


def rescale_missing(hu: NDArray[np.int16]) -> QualityFinding:
    """Whether values without a rescale can still be read as HU: they can if air is at -1000."""
    looks_like_hu = bool(np.count_nonzero(hu < -900) > 0.01 * hu.size)
    kind = Finding.RESCALE_MISSING if looks_like_hu else Finding.RESCALE_MISSING_REFUSED
    return kind.told()
