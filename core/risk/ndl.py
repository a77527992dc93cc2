"""The normalized deep-learning score of a patient (nDL)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class NdlMap:
    """Mean and standard deviation of log(1 + DL) over the reference cohort of a model."""

    mean_log1p_dl: float
    sd_log1p_dl: float

    def __post_init__(self) -> None:
        if not self.sd_log1p_dl > 0:
            raise ValueError(f"sd_log1p_dl is {self.sd_log1p_dl}; a positive number is expected.")


def dl_score(slice_scores: Sequence[float], slice_volumes_ml: Sequence[float]) -> float:
    """DL score of a patient, mL: slice probabilities weighted by segmented volume.

    A sum, not a mean, so that the score keeps the hematoma's size.  No slice is 0.0.

    >>> dl_score([0.5, 0.2], [10.0, 5.0])
    6.0
    """
    return float(sum(s * v for s, v in zip(slice_scores, slice_volumes_ml, strict=True)))


def normalized_dl_score(dl: float, ndl_map: NdlMap) -> float:
    """nDL, 0 to 100, with mean 20 and standard deviation 9 over the reference cohort.

    The published odds ratios only fit a score of this spread.
    """
    z = (np.log1p(dl) - ndl_map.mean_log1p_dl) / ndl_map.sd_log1p_dl
    return float(np.clip(20 + 9 * z, 0, 100))
