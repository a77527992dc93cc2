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
) -> tuple[float, float]:
    """Percentile 95 % interval of a statistic, patients drawn with replacement.

    patients: the patient of each row (rows,).  A patient's rows are drawn together, because slices
    of one patient are not independent.  statistic: from the rows of a resample, nan if undefined
    there.  Raises ValueError if more than a tenth of the resamples are undefined.
    """
    identity = np.asarray(patients)
    rows_of = [np.flatnonzero(identity == patient) for patient in np.unique(identity)]
    random = np.random.default_rng(seed)
    values = np.empty(n_resamples)
    for i in range(n_resamples):
        drawn = random.integers(len(rows_of), size=len(rows_of))
        values[i] = statistic(np.concatenate([rows_of[patient] for patient in drawn]))
    undefined = np.isnan(values).mean()
    if undefined > _UNDEFINED_LIMIT:
        raise ValueError(f"Statistic undefined in {undefined:.0%} of resamples; too few patients.")
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
