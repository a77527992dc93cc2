import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from core.risk.logistic import LogisticModel
from core.risk.published import LEE_2024
from core.risk.variables import gcs_group
from core.simulate.cohort import simulate_cohort
from core.simulate.generating import generating_coefficients

MODELS = [LEE_2024.image, LEE_2024.clinical, LEE_2024.integrated]
SEEDS = range(1, 21)


def fitted(patients: pd.DataFrame, model: LogisticModel):
    """The model fitted to the patients that are complete for it."""
    complete = patients.dropna(subset=["expanded", *model.variables])
    deviations = [
        complete[term.variable].map(
            lambda value, level=term.level: value if level is None else gcs_group(value) == level
        )
        for term in model.terms
    ]
    design = sm.add_constant(np.column_stack(deviations).astype(float))
    return sm.Logit(complete["expanded"].astype(float).to_numpy(), design).fit(disp=0)


@pytest.fixture(scope="module")
def cohorts() -> list[pd.DataFrame]:
    return [simulate_cohort(572, seed=seed) for seed in SEEDS]


def test_generating_coefficients_are_those_of_table_1_by_hand():
    age, moderate, severe, _, ndl = generating_coefficients(LEE_2024.integrated)
    # Fibrinogen, log-normal and so not quite linear in the log-odds, moves the others by a percent.
    assert age == pytest.approx(-5 / 14**2, rel=0.01)
    assert ndl == pytest.approx(0.0965, rel=0.01)
    # Odds ratios 2.520 and 4.241 of Table 1, less 3.1 and 8.4 units of nDL.
    assert moderate == pytest.approx(np.log(2.520) - 0.0965 * 3.1, rel=0.01)
    assert severe == pytest.approx(np.log(4.241) - 0.0965 * 8.4, rel=0.01)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.kind)
def test_fits_to_20_cohorts_recover_the_generating_coefficients(cohorts, model):
    generating = generating_coefficients(model)
    fits = [fitted(cohort, model) for cohort in cohorts]
    coefficients = np.array([fit.params[1:] for fit in fits])
    monte_carlo_error = coefficients.std(axis=0, ddof=1) / len(fits) ** 0.5
    # Three Monte Carlo errors, and the bias away from 0 of maximum likelihood with 110 events,
    # some 3 % of a coefficient (300 cohorts: 1.01 to 1.04).
    tolerance = 3 * monte_carlo_error + 0.03 * np.abs(generating)
    assert (np.abs(coefficients.mean(axis=0) - generating) <= tolerance).all()
    intervals = np.array([fit.conf_int()[1:] for fit in fits])  # (20, terms, 2)
    covered = (intervals[..., 0] <= generating) & (generating <= intervals[..., 1])
    assert covered.mean() >= 0.9


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.kind)
def test_fit_to_a_large_cohort_has_the_generating_coefficients(model):
    fit = fitted(simulate_cohort(60_000, seed=7), model)
    # Four standard errors; with 12 000 events the bias of maximum likelihood is gone.
    difference = np.abs(fit.params[1:] - generating_coefficients(model))
    assert (difference <= 4 * fit.bse[1:]).all()
