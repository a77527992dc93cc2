"""Bootstrap interval over patients."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Beyond this share of undefined resamples a percentile would describe the lucky draws only.
_UNDEFINED_LIMIT = 0.1


def bootstrap_interval(
    patients: ArrayLike,
    statistic: Callable[[NDArray[np.intp]], float],
    *,
    n_resamples: int = 2000,
    seed: int,
) -> tuple[float, float] | None:
    """Percentile 95 % interval of a statistic, patients drawn with replacement.

    patients: the patient of each row (rows,).  A patient's rows are drawn together, because slices
    of one patient are not independent.  statistic: from the rows of a resample, nan if undefined
    there.  None if it is undefined in more than a tenth of the resamples: too few patients.
    """
    identity = np.asarray(patients)
    rows_of = [np.flatnonzero(identity == patient) for patient in np.unique(identity)]
    random = np.random.default_rng(seed)
    values = np.empty(n_resamples)
    for i in range(n_resamples):
        drawn = random.integers(len(rows_of), size=len(rows_of))
        values[i] = statistic(np.concatenate([rows_of[patient] for patient in drawn]))
    if np.isnan(values).mean() > _UNDEFINED_LIMIT:
        return None
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
