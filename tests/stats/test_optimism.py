import numpy as np
import pandas as pd
import pytest

from core.errors import ClinicalDataError
from core.stats.forward_selection import forward_selection
from core.stats.logistic import fit_logistic
from core.stats.optimism import correct_optimism
from core.stats.roc import roc_auc
from tests.stats.make import drawn_patients


def test_apparent_performance_is_that_on_the_same_patients():
    outcome, predictors = drawn_patients(100, [0.7, 0.0], seed=1)
    found = correct_optimism(outcome, predictors, fit_logistic, n_resamples=2, seed=0)
    fit = fit_logistic(outcome, predictors)
    assert found.apparent_auc == roc_auc(outcome, fit.log_odds(predictors))
    # maximum likelihood is calibrated on its own patients, to the tolerance of its last step
    assert found.apparent_slope == pytest.approx(1.0, abs=1e-6)


def test_corrected_performance_is_that_of_new_patients():
    coefficients = [0.7, 0.4, 0.0, 0.0, 0.0, 0.0]
    new_outcome, new_predictors = drawn_patients(5000, coefficients, seed=100)
    excess = []
    for seed in range(6):
        outcome, predictors = drawn_patients(120, coefficients, seed=seed)
        found = correct_optimism(outcome, predictors, fit_logistic, n_resamples=15, seed=0)
        log_odds = fit_logistic(outcome, predictors).log_odds(new_predictors)
        new = fit_logistic(new_outcome, pd.DataFrame({"log_odds": log_odds})).coefficients[1]
        new_auc = roc_auc(new_outcome, log_odds)
        excess.append(
            [found.apparent_auc - new_auc, found.auc - new_auc]
            + [found.apparent_slope - new, found.slope - new]
        )
    apparent_auc, auc, apparent_slope, slope = np.mean(excess, axis=0)
    # Twice the standard error of a mean of six, where one has 0.056 in AUC and 0.22 in slope.
    assert auc == pytest.approx(0.0, abs=0.046)
    assert slope == pytest.approx(0.0, abs=0.18)
    assert apparent_auc > auc + 0.03
    assert apparent_slope > slope + 0.15


def test_selection_is_repeated_in_each_resample():
    outcome, predictors = drawn_patients(150, [1.0, 0.0, 0.0], seed=4)
    sizes = []

    def select(y, x):
        fit = forward_selection(y, x, {name: [name] for name in x}, entry_p=0.3).fit
        sizes.append(len(fit.names))
        return fit

    found = correct_optimism(outcome, predictors, select, n_resamples=20, seed=0)
    assert (len(sizes), found.n_resamples) == (21, 20)
    assert len(set(sizes)) > 1


def test_seed_fixes_the_correction():
    outcome, predictors = drawn_patients(80, [1.0], seed=5)
    first, again, other = (
        correct_optimism(outcome, predictors, fit_logistic, n_resamples=5, seed=seed)
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_procedure_that_mostly_fails_is_refused():
    outcome, predictors = drawn_patients(60, [1.0], seed=6)
    # one exposed patient: absent from e^-1 = 37 % of the resamples, in which the column is constant
    rare = predictors.assign(rare=np.eye(1, 60)[0])
    with pytest.raises(ClinicalDataError, match="of 30 bootstrap samples"):
        correct_optimism(outcome, rare, fit_logistic, n_resamples=30, seed=0)
