import warnings

import numpy as np
import pandas as pd
import pytest

from core.errors import ClinicalDataError
from core.stats.logistic import fit_logistic
from tests.stats.make import drawn_patients, four_cells


def _printed(odds_ratio):
    low, high = odds_ratio.ci95
    return [round(odds_ratio.value, 2), round(low, 2), round(high, 2)]


def test_sex_is_that_of_table_1():
    (sex,) = fit_logistic(*four_cells(75, 262, 39, 193)).odds_ratios
    assert _printed(sex) == [1.42, 0.92, 2.18]
    assert round(sex.p, 3) == 0.112


def test_gcs_groups_are_those_of_table_1():
    outcome = np.repeat([0, 1, 0, 1, 0, 1], [310, 53, 65, 28, 40, 29])
    group = np.repeat(["mild", "moderate", "severe"], [363, 93, 69])
    levels = pd.DataFrame({level: group == level for level in ("moderate", "severe")})
    moderate, severe = fit_logistic(outcome, levels).odds_ratios
    assert _printed(moderate) == [2.52, 1.48, 4.28]
    assert _printed(severe) == [4.24, 2.42, 7.42]
    assert max(moderate.p, severe.p) < 0.001


def test_antiplatelet_use_is_that_of_table_1_but_for_a_hundredth():
    # 95 of 420 and 27 of 112: (27 x 325) / (85 x 95) = 1.087, where the paper prints 1.08
    (use,) = fit_logistic(*four_cells(27, 95, 85, 325)).odds_ratios
    assert use.value == pytest.approx(27 * 325 / (85 * 95))
    # Woolf's interval: exp(log OR +- 1.96 sqrt(1/27 + 1/95 + 1/85 + 1/325))
    error = np.sqrt(1 / 27 + 1 / 95 + 1 / 85 + 1 / 325)
    assert np.log(use.ci95) == pytest.approx(
        np.log(use.value) + [-1.96 * error, 1.96 * error], abs=1e-4
    )
    assert use.ci95 == pytest.approx((0.66, 1.78), abs=0.02)


def test_log_likelihood_and_aic_of_a_saturated_model_are_those_of_the_shares():
    fit = fit_logistic(*four_cells(3, 1, 2, 4))
    expected = 3 * np.log(3 / 4) + np.log(1 / 4) + 2 * np.log(2 / 6) + 4 * np.log(4 / 6)
    assert fit.log_likelihood == pytest.approx(expected)
    assert fit.aic == pytest.approx(4 - 2 * expected)
    assert fit.probabilities(pd.DataFrame({"exposed": [1, 0]})) == pytest.approx([3 / 4, 2 / 6])
    assert (fit.n, fit.events, fit.names) == (10, 5, ("exposed",))


def test_missing_predictor_has_no_risk():
    fit = fit_logistic(*four_cells(3, 1, 2, 4))
    assert np.isnan(fit.probabilities(pd.DataFrame({"exposed": [np.nan]}))).all()


def test_unit_of_a_column_changes_nothing_but_its_coefficient():
    outcome, predictors = drawn_patients(300, [0.5], seed=1)
    per_unit, per_thousand = (
        fit_logistic(outcome, predictors),
        fit_logistic(outcome, predictors / 1e3),
    )
    assert per_thousand.coefficients[1] == pytest.approx(1e3 * per_unit.coefficients[1])
    assert per_thousand.log_likelihood == pytest.approx(per_unit.log_likelihood)


def test_fit_without_predictors_is_the_base_rate():
    fit = fit_logistic([1, 0, 0, 0], pd.DataFrame(index=range(4)))
    assert fit.coefficients == pytest.approx([np.log(1 / 3)])
    assert fit.odds_ratios == ()


def test_few_events_are_a_warning():
    outcome, predictors = drawn_patients(200, [0.2, 0.1], seed=2, intercept=-3.0)
    (finding,) = fit_logistic(outcome, predictors).findings
    assert finding.code == "few-events"
    assert f"{outcome.sum()} patients" in finding.message


def test_rarer_outcome_counts_not_the_event():
    # 15 without the event for 2 columns are too few, for one column enough
    outcome = np.array([0] * 15 + [1] * 185)
    random = np.random.default_rng(0)
    predictors = pd.DataFrame(random.normal(size=(200, 2)), columns=["a", "b"])
    assert [f.code for f in fit_logistic(outcome, predictors).findings] == ["few-events"]
    assert fit_logistic(outcome, predictors[["a"]]).findings == ()


def test_separation_is_found_without_a_warning_of_the_library():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_logistic(*four_cells(20, 0, 20, 40))
    assert fit.method == "Firth"
    assert [finding.code for finding in fit.findings] == ["separation"]
    assert (fit.log_likelihood, fit.aic) == (None, None)


def test_skewed_columns_are_fitted_without_a_warning_of_the_library():
    random = np.random.default_rng(0)
    skewed = np.exp(2.5 * random.normal(size=(80, 2)))
    outcome = random.random(80) < 1 / (1 + np.exp(2 - 0.5 * np.log(skewed[:, 0])))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_logistic(outcome, pd.DataFrame(skewed, columns=["inr", "aptt_s"]))
    assert fit.method == "maximum likelihood"
    # the score of the fit's own risks is zero: as many events are expected as occurred
    risks = fit.probabilities(pd.DataFrame(skewed, columns=["inr", "aptt_s"]))
    assert risks.sum() == pytest.approx(outcome.sum())


def test_missing_values_are_named_with_their_counts():
    predictors = pd.DataFrame(
        {"gcs": [15, None, None, 3], "inr": [1, 2, 3, np.inf], "age_years": [50, 60, 70, 80]}
    )
    with pytest.raises(ClinicalDataError, match="gcs in 2, inr in 1; none"):
        fit_logistic([0, 1, 0, 1], predictors)


def test_missing_outcome_is_refused():
    outcome = pd.array([True, None, False, True], dtype="boolean")
    with pytest.raises(ClinicalDataError, match="the outcome in 1"):
        fit_logistic(outcome, pd.DataFrame({"a": [1, 2, 3, 4]}))


def test_constant_column_is_refused():
    with pytest.raises(ClinicalDataError, match="same value of b"):
        fit_logistic([0, 1, 0, 1], pd.DataFrame({"a": [1, 2, 3, 1], "b": [7, 7, 7, 7]}))


def test_all_levels_of_a_group_are_refused():
    predictors = pd.DataFrame({"male": [1, 0, 1, 0, 1], "female": [0, 1, 0, 1, 0]})
    with pytest.raises(ClinicalDataError, match="only 1 independent"):
        fit_logistic([0, 1, 0, 0, 1], predictors)


def test_one_outcome_is_refused():
    with pytest.raises(ClinicalDataError, match="0 of 3 patients"):
        fit_logistic([0, 0, 0], pd.DataFrame({"a": [1, 2, 3]}))


@pytest.mark.parametrize("outcome", [[0, 1], [0, 1, 2]])
def test_outcome_of_another_form_is_a_mistake_of_the_caller(outcome):
    with pytest.raises(ValueError, match="found"):
        fit_logistic(outcome, pd.DataFrame({"a": [1, 2, 3]}))


def test_fit_cannot_be_changed():
    fit = fit_logistic(*four_cells(3, 1, 2, 4))
    with pytest.raises(ValueError, match="read-only"):
        fit.coefficients[0] = 0
