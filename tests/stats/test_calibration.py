import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit

from core.errors import ClinicalDataError
from core.stats.calibration import measure_calibration
from core.stats.logistic import fit_logistic
from tests.stats.make import drawn_patients

OUTCOME, PREDICTORS = drawn_patients(400, [1.0], seed=1)
LOG_ODDS = fit_logistic(OUTCOME, PREDICTORS).log_odds(PREDICTORS)


def test_fit_is_calibrated_on_its_own_patients():
    found = measure_calibration(OUTCOME, expit(LOG_ODDS))
    # maximum likelihood solves exactly these two equations, to the tolerance of its last step
    assert (found.intercept, found.slope) == pytest.approx((0.0, 1.0), abs=1e-6)
    assert found.intercept_ci95[0] < 0 < found.intercept_ci95[1]
    assert found.slope_ci95[0] < 1 < found.slope_ci95[1]


def test_doubled_log_odds_have_half_the_slope():
    assert measure_calibration(OUTCOME, expit(2 * LOG_ODDS)).slope == pytest.approx(0.5, abs=1e-6)


def test_risk_too_high_by_one_log_odds_needs_minus_one():
    found = measure_calibration(OUTCOME, expit(LOG_ODDS + 1))
    assert found.intercept == pytest.approx(-1.0, abs=1e-6)
    assert found.slope == pytest.approx(1.0, abs=1e-6)


def test_intercept_is_that_of_a_regression_with_offset():
    found = measure_calibration(OUTCOME, expit(0.6 * LOG_ODDS - 0.4))
    model = sm.GLM(
        OUTCOME, np.ones(400), family=sm.families.Binomial(), offset=0.6 * LOG_ODDS - 0.4
    ).fit()
    assert found.intercept == pytest.approx(model.params[0], abs=1e-7)
    assert found.intercept_ci95 == pytest.approx(model.conf_int()[0], abs=1e-6)


def test_brier_scores_are_those_by_hand():
    found = measure_calibration([0, 1, 0, 1], [0.2, 0.6, 0.6, 0.8])
    # (0.04 + 0.16 + 0.36 + 0.04) / 4, against 0.25 for the base rate
    assert found.brier == pytest.approx(0.15)
    assert found.scaled_brier == pytest.approx(0.4)


def test_risks_far_from_the_base_rate_still_have_an_intercept():
    found = measure_calibration([0, 1, 0, 1], expit([-12.0, -11.0, -10.0, -11.5]))
    mean = expit(np.array([-12.0, -11.0, -10.0, -11.5]) + found.intercept).mean()
    assert mean == pytest.approx(0.5)


def test_risks_all_alike_have_no_slope():
    with pytest.raises(ClinicalDataError, match="log_odds"):
        measure_calibration([0, 1, 0], [0.2, 0.2, 0.2])


@pytest.mark.parametrize("p", [0.0, 1.0, np.nan])
def test_certain_or_unknown_risk_is_refused(p):
    with pytest.raises(ValueError, match="not finite"):
        measure_calibration([0, 1, 0], [0.2, 0.4, p])


def test_risks_that_separate_the_outcomes_are_told():
    found = measure_calibration([0, 0, 1, 1], expit(logit([0.2, 0.3, 0.7, 0.8])))
    assert "separation" in [finding.code for finding in found.findings]
