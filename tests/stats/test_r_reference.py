"""What R finds in the same patients (``r/reference.R`` made ``r/reference.json``)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from core.stats.calibration import measure_calibration
from core.stats.delong import auc_with_interval, compare_auc
from core.stats.forward_selection import forward_selection
from core.stats.likelihood_ratio import likelihood_ratio_test
from core.stats.logistic import fit_logistic
from core.stats.logistic_fit import LogisticFit
from core.stats.optimism import correct_optimism
from core.stats.proportion import wilson_interval
from core.stats.roc import sensitivity_specificity, youden_threshold

FOLDER = Path(__file__).with_name("r")
R: dict[str, Any] = json.loads((FOLDER / "reference.json").read_text())
PATIENTS = pd.read_csv(FOLDER / "patients.csv")
OUTCOME = PATIENTS["outcome"].to_numpy()
CLINICAL = PATIENTS[["age_years", "gcs_moderate", "gcs_severe", "fibrinogen_mg_dl"]]
INTEGRATED = CLINICAL.assign(ndl=PATIENTS["ndl"])


@pytest.fixture(scope="module")
def fit() -> LogisticFit:
    return fit_logistic(OUTCOME, INTEGRATED)


def test_logistic_fit_is_that_of_glm_and_lrm(fit: LogisticFit) -> None:
    found = R["integrated"]
    assert fit.method == "maximum likelihood"
    assert fit.coefficients == pytest.approx(found["coefficients"], rel=1e-6)
    assert fit.coefficients == pytest.approx(found["rms_coefficients"], rel=1e-6)
    assert fit.covariance == pytest.approx(np.array(found["covariance"]), rel=1e-5)
    assert fit.ci95 == pytest.approx(np.array(found["ci95"]), rel=1e-6)
    assert fit.p == pytest.approx(found["p"], rel=1e-5)
    assert fit.aic == pytest.approx(found["aic"], rel=1e-9)


def test_likelihood_ratio_is_that_of_anova(fit: LogisticFit) -> None:
    found = likelihood_ratio_test(fit_logistic(OUTCOME, CLINICAL), fit)
    assert found.statistic == pytest.approx(R["likelihood_ratio"]["statistic"], rel=1e-8)
    assert found.p == pytest.approx(R["likelihood_ratio"]["p"], rel=1e-7)


def test_entry_tests_are_those_of_add1() -> None:
    names = ("age_years", "fibrinogen_mg_dl", "ndl")
    selection = forward_selection(OUTCOME, INTEGRATED, {name: (name,) for name in names})
    tested = {candidate.variable: candidate.test.p for candidate in selection.steps[0].candidates}
    assert [tested[name] for name in names] == pytest.approx(R["entering"], rel=1e-6)


def test_separated_outcomes_are_fitted_as_by_firth_in_r() -> None:
    # Whoever has a swirl here has the outcome: maximum likelihood has no answer.
    found = fit_logistic(OUTCOME, PATIENTS[["ndl", "swirl"]])
    assert found.method == "Firth"
    assert found.coefficients == pytest.approx(R["firth"]["coefficients"], abs=1e-6)
    assert found.covariance == pytest.approx(np.array(R["firth"]["covariance"]), abs=1e-6)
    # R's inner maximum is that of a general optimizer.
    assert found.ci95 == pytest.approx(np.array(R["firth"]["ci95"]), abs=1e-4)


def test_areas_and_their_difference_are_those_of_proc(fit: LogisticFit) -> None:
    scores = {"ndl": PATIENTS["ndl"].to_numpy(), "risk": fit.probabilities(INTEGRATED)}
    for name, score in scores.items():
        found = auc_with_interval(OUTCOME, score)
        low, area, high = R["delong"][name]
        assert (found.auc, *found.ci95) == pytest.approx((area, low, high), abs=1e-9)
    compared = compare_auc(OUTCOME, scores["risk"], scores["ndl"])
    assert compared.z == pytest.approx(R["delong"]["z"], rel=1e-8)
    assert compared.p == pytest.approx(R["delong"]["p"], rel=1e-8)
    assert compared.ci95 == pytest.approx(R["delong"]["ci95"], abs=1e-9)


def test_youden_threshold_has_the_accuracy_that_proc_finds(fit: LogisticFit) -> None:
    risk = fit.probabilities(INTEGRATED)
    found = sensitivity_specificity(OUTCOME, risk, youden_threshold(OUTCOME, risk))
    assert found.sensitivity == pytest.approx(R["youden"]["sensitivity"])
    assert found.specificity == pytest.approx(R["youden"]["specificity"])


def test_calibration_is_that_of_val_prob(fit: LogisticFit) -> None:
    too_extreme = expit(0.4 + 1.5 * fit.log_odds(INTEGRATED))
    found, expected = measure_calibration(OUTCOME, too_extreme), R["calibration"]
    assert found.intercept == pytest.approx(expected["intercept"], abs=1e-8)
    assert found.intercept_ci95 == pytest.approx(expected["intercept_ci95"], abs=1e-6)
    assert found.slope == pytest.approx(expected["slope"], abs=1e-8)
    assert found.brier == pytest.approx(expected["brier"], abs=1e-9)


def test_optimism_is_about_that_of_rms() -> None:
    found = correct_optimism(OUTCOME, INTEGRATED, fit_logistic, n_resamples=300, seed=1)
    # Other random numbers: three standard errors of a mean of 300 resamples here, 2000 in R.
    assert found.auc == pytest.approx(R["optimism"]["auc"], abs=0.0065)
    assert found.slope == pytest.approx(R["optimism"]["slope"], abs=0.031)


def test_wilson_intervals_are_those_of_prop_test() -> None:
    counts = ((72, 107), (17, 21), (55, 86), (0, 21))
    found = [wilson_interval(*count) for count in counts]
    assert np.array(found) == pytest.approx(np.array(R["wilson"]), abs=1e-6)
