"""What an analysis of simulated patients should find."""

import numpy as np
import statsmodels.api as sm

from core.domain import FloatArray
from core.risk.logistic import LogisticModel
from core.risk.reference_cohort import reference_cohort


def generating_coefficients(model: LogisticModel) -> FloatArray:
    """Coefficients, in the order of the model's terms, of its fit to endless simulated patients.

    Of ``core.simulate.cohort`` before rounding.  They are those of Table 1, not the model's own,
    which were fitted to the paper's training patients: age -5 / 14**2, and log odds ratios of GCS
    from counts, in the integrated model less what nDL takes over.
    """
    cohort = reference_cohort()
    deviations = np.column_stack([cohort.deviation(term) for term in model.terms])
    fit = sm.GLM(
        cohort.expanded.astype(float),
        sm.add_constant(deviations),
        family=sm.families.Binomial(),
        freq_weights=cohort.weight,
    ).fit()
    return np.asarray(fit.params[1:])
