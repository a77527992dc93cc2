"""The normalized deep-learning score of a patient (nDL), and its map to the paper's scale."""

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
        _refuse_without_spread("sd_logit_dl", self.sd_logit_dl)

    @staticmethod
    def dl(slice_scores: FloatArray, slice_volumes_ml: FloatArray) -> float | None:
        """DL score of a patient, 0 to 1: mean of the slices' scores on the logit scale, by volume.

        A mean, not a sum: size is in the slices' scores.  None where no slice holds hematoma.

        >>> round(NdlMap.dl(np.array([0.5, 0.2]), np.array([10.0, 0.0])), 3)
        0.5
        """
        if not slice_volumes_ml.sum() > 0:
            return None
        logits = logit(np.clip(slice_scores, _SURE, 1 - _SURE))
        return float(expit(np.average(logits, weights=slice_volumes_ml)))

    def ndl(self, dl: float) -> float:
        """nDL, 0 to 100, with mean 20 and standard deviation 9 over the reference cohort.

        The published odds ratios only fit a score of this spread.
        """
        return _on_the_papers_scale((logit(dl) - self.mean_logit_dl) / self.sd_logit_dl)


@dataclass(frozen=True, slots=True)
class SummedNdlMap:
    """The map of model folders of schema hescope-model/1: of log(1 + DL), DL a sum in mL."""

    mean_log1p_dl: float
    sd_log1p_dl: float

    def __post_init__(self) -> None:
        _refuse_without_spread("sd_log1p_dl", self.sd_log1p_dl)

    @staticmethod
    def dl(slice_scores: FloatArray, slice_volumes_ml: FloatArray) -> float | None:
        """DL score of a patient, mL: sum of the slices' scores times their segmented volumes."""
        if not slice_volumes_ml.sum() > 0:
            return None
        return float(slice_scores @ slice_volumes_ml)

    def ndl(self, dl: float) -> float:
        """nDL, 0 to 100, as ``NdlMap`` scales it."""
        return _on_the_papers_scale((np.log1p(dl) - self.mean_log1p_dl) / self.sd_log1p_dl)


def _refuse_without_spread(name: str, sd: float) -> None:
    if not sd > 0:
        raise ValueError(f"{name} is {sd}; a positive number is expected.")


def _on_the_papers_scale(z: float) -> float:
    return float(np.clip(20 + 9 * z, 0, 100))
