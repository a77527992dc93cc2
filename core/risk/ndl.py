"""The normalized deep-learning score of a patient (nDL)."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from core.domain import FloatArray

_SURE = 1e-4  # a score of 0 or 1 has no finite logit


@dataclass(frozen=True, slots=True)
class NdlMap:
    """Mean and standard deviation of logit(DL) over the reference cohort of a model."""

    mean_logit_dl: float
    sd_logit_dl: float

    def __post_init__(self) -> None:
        if not self.sd_logit_dl > 0:
            raise ValueError(f"sd_logit_dl is {self.sd_logit_dl}; a positive number is expected.")


def dl_score(slice_scores: FloatArray, slice_volumes_ml: FloatArray) -> float | None:
    """DL score of a patient, 0 to 1: mean of the slices' scores on the logit scale, by volume.

    A mean, not a sum: size is in the slices' scores.  None where no slice holds hematoma.

    >>> round(dl_score(np.array([0.5, 0.2]), np.array([10.0, 0.0])), 3)
    0.5
    """
    if not slice_volumes_ml.sum() > 0:
        return None
    logits = logit(np.clip(slice_scores, _SURE, 1 - _SURE))
    return float(expit(np.average(logits, weights=slice_volumes_ml)))


def normalized_dl_score(dl: float, ndl_map: NdlMap) -> float:
    """nDL, 0 to 100, with mean 20 and standard deviation 9 over the reference cohort.

    The published odds ratios only fit a score of this spread.
    """
    z = (logit(dl) - ndl_map.mean_logit_dl) / ndl_map.sd_logit_dl
    return float(np.clip(20 + 9 * z, 0, 100))
