"""The markers of a hematoma on non-contrast CT that are computed here, in one record."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, Geometry
from core.imaging.blend import blend_sign
from core.imaging.shape import irregular, mean_solidity


@dataclass(frozen=True, slots=True)
class ShapeMarkers:
    """Candidate markers of one hematoma; each sign needs a reader's confirmation.

    ``hu_sd`` is that of the voxels, ``hu_cv`` is ``hu_sd / hu_mean`` (Barras 2013, PMC7964597).  A
    number that cannot be had is None: all of them for an empty mask, which shows no sign either,
    and ``hu_cv`` where the mean is not above zero.
    """

    solidity: float | None
    irregular: bool
    blend: bool
    hu_mean: float | None
    hu_sd: float | None
    hu_cv: float | None


def find_markers(hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry) -> ShapeMarkers:
    """All markers of the hematoma under the mask."""
    hu_mean, hu_sd = _mean_and_sd(hu[mask])
    return ShapeMarkers(
        solidity=mean_solidity(mask, geometry),
        irregular=irregular(mask, geometry),
        blend=blend_sign(hu, mask, geometry),
        hu_mean=hu_mean,
        hu_sd=hu_sd,
        hu_cv=hu_sd / hu_mean if hu_mean and hu_sd is not None and hu_mean > 0 else None,
    )


def _mean_and_sd(densities_hu: NDArray[np.int16]) -> tuple[float | None, float | None]:
    """Mean and standard deviation, HU; None for no voxels."""
    if not densities_hu.size:
        return None, None
    return float(densities_hu.mean()), float(densities_hu.std())
