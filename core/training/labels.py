"""What the expansion head learns: outcomes where they are known, else risks read from the image."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, FloatArray, Geometry
from core.imaging.laplacian import filter_hematoma
from core.risk.l5 import expansion_risk_from_l5

LabelOf = Literal["slice", "patient"]


@dataclass(frozen=True, slots=True, eq=False)
class ExpansionLabels:
    """Risk (or outcome, 0 or 1) of a patient and of each slice (slices,); nan without hematoma."""

    patient: float
    slices: FloatArray

    def at(self, slices: NDArray[np.intp]) -> "ExpansionLabels":
        """Labels of some of the slices."""
        return ExpansionLabels(self.patient, self.slices[slices])


def distilled_labels(hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry) -> ExpansionLabels:
    """Soft labels: risks under equation E, from L5 of the hematoma and of its part in each slice.

    The filter is three-dimensional for both; only the percentile is taken within the slice.
    """
    filtered = filter_hematoma(hu, mask, geometry)
    if filtered is None:
        return ExpansionLabels(np.nan, np.full(len(hu), np.nan))
    return ExpansionLabels(
        float(expansion_risk_from_l5(filtered.l5_hu)),
        expansion_risk_from_l5(filtered.slice_l5_hu),
    )


def outcome_labels(expanded: float, slices: int) -> ExpansionLabels:
    """Labels of a patient whose outcome is known: 1 after expansion, else 0."""
    return ExpansionLabels(expanded, np.full(slices, expanded))
