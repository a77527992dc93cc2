"""Firth's fit against closed forms and against another maximizer of the penalized likelihood."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import chi2

from core.errors import ClinicalDataError
from core.stats.design import checked_design
from core.stats.firth import fit_firth, profile_interval, profile_p
from tests.stats.make import drawn_patients, four_cells


def _penalized(design, b):
    p = expit(design.x @ b)
    information = design.x.T @ np.diag(p * (1 - p)) @ design.x
    log_likelihood = np.log(np.where(design.y == 1, p, 1 - p)).sum()
    return log_likelihood + np.log(np.linalg.det(information)) / 2


@pytest.mark.parametrize("cells", [(7, 0, 3, 12), (5, 2, 4, 9), (0, 30, 4, 3), (1, 0, 9, 40)])
def test_saturated_table_has_half_a_patient_more_in_each_cell(cells):
    a, b, c, d = (count + 0.5 for count in cells)
    design = checked_design(*four_cells(*cells))
    fit = fit_firth(design)
    assert fit.coefficients == pytest.approx([np.log(c / d), np.log(a * d / (b * c))], abs=1e-8)
    # Inverse information: patients of each row times p (1 - p), without the halves
    p, q = a / (a + b), c / (c + d)
    row, other = (cells[0] + cells[1]) * p * (1 - p), (cells[2] + cells[3]) * q * (1 - q)
    assert fit.covariance[1, 1] == pytest.approx(1 / row + 1 / other, rel=1e-7)


def test_log_odds_of_a_lone_share_has_half_a_patient_more_on_each_side():
    outcome, predictors = four_cells(4, 6, 0, 0)
    fit = fit_firth(checked_design(outcome, predictors[[]]))
    assert fit.coefficients == pytest.approx([np.log(4.5 / 6.5)], abs=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_fit_is_the_maximum_of_the_penalized_likelihood(seed):
    design = checked_design(*drawn_patients(40, [1.0, -0.5, 0.0], seed=seed))
    fit = fit_firth(design)
    other = minimize(lambda b: -_penalized(design, b), np.zeros(4), method="BFGS", tol=1e-9)
    # the other maximizer stops at gradients of 1e-9 taken by differences, good to 1e-5
    assert fit.coefficients == pytest.approx(other.x, abs=1e-5)
    assert fit.penalized_log_likelihood == pytest.approx(-other.fun, abs=1e-9)


def test_separated_patients_have_a_finite_fit():
    outcome, predictors = drawn_patients(60, [0.5, 0.5], seed=5)
    design = checked_design(
        outcome, predictors.assign(x0=predictors["x0"].abs() * (2 * outcome - 1))
    )
    fit = fit_firth(design)
    other = minimize(
        lambda b: -_penalized(design, b), fit.coefficients * 0.5, method="BFGS", tol=1e-9
    )
    assert fit.coefficients == pytest.approx(other.x, rel=1e-4)


def test_profile_interval_ends_where_the_penalized_likelihood_has_lost_1_92():
    design = checked_design(*four_cells(7, 0, 3, 12))
    fit = fit_firth(design)
    for end in profile_interval(design, fit, 1):
        held = minimize(lambda b, end=end: -_penalized(design, np.array([b[0], end])), [0.0])
        assert fit.penalized_log_likelihood + held.fun == pytest.approx(
            chi2.ppf(0.95, 1) / 2, abs=1e-6
        )
    # The zero cell leaves the odds ratio without a near upper end: farther than Wald's.
    low, high = profile_interval(design, fit, 1)
    assert high - fit.coefficients[1] > fit.coefficients[1] - low


def test_profile_p_is_that_of_the_penalized_likelihood_ratio():
    design = checked_design(*four_cells(7, 0, 3, 12))
    fit = fit_firth(design)
    held = minimize(lambda b: -_penalized(design, np.array([b[0], 0.0])), [0.0])
    statistic = 2 * (fit.penalized_log_likelihood + held.fun)
    assert profile_p(design, fit, 1) == pytest.approx(chi2.sf(statistic, 1), rel=1e-6)


def test_interval_excludes_nothing_exactly_when_p_is_below_5_percent():
    for seed in range(6):
        design = checked_design(*drawn_patients(50, [0.6], seed=seed))
        fit = fit_firth(design)
        low, high = profile_interval(design, fit, 1)
        assert (low > 0 or high < 0) == (profile_p(design, fit, 1) < 0.05)


def test_coefficient_beyond_all_information_is_refused():
    design = checked_design(*four_cells(7, 0, 3, 12))
    with pytest.raises(ClinicalDataError, match="no maximum"):
        fit_firth(design, fixed=[0], start=np.array([1e4, 0.0]))
