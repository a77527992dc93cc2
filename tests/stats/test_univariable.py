import numpy as np
import pandas as pd
import pytest

from core.stats.logistic import fit_complete_cases, fit_logistic
from core.stats.univariable import fit_each_variable
from tests.stats.make import drawn_patients

OUTCOME, COMPLETE = drawn_patients(200, [0.5, 0.3], seed=1)
PREDICTORS = COMPLETE.assign(
    x0=COMPLETE["x0"].where(np.arange(200) >= 30), x1=COMPLETE["x1"].where(np.arange(200) < 180)
)


def test_complete_cases_are_those_without_a_missing_value():
    fit = fit_complete_cases(OUTCOME, PREDICTORS)
    same = fit_logistic(OUTCOME[30:180], COMPLETE[30:180])
    assert (fit.n, fit.events) == (150, OUTCOME[30:180].sum())
    assert fit.coefficients == pytest.approx(same.coefficients, abs=1e-12)


def test_patient_without_outcome_is_left_out():
    outcome = pd.array([None, None, *OUTCOME[2:].astype(bool)], dtype="boolean")
    assert fit_complete_cases(outcome, COMPLETE).n == 198


def test_rows_are_matched_by_position_not_by_label():
    outcome = pd.Series(OUTCOME, index=np.arange(200)[::-1])
    found = fit_complete_cases(outcome, PREDICTORS)
    assert found.coefficients == pytest.approx(fit_complete_cases(OUTCOME, PREDICTORS).coefficients)


def test_each_variable_has_its_own_available_patients():
    first, second = fit_each_variable(OUTCOME, PREDICTORS, {"age": ["x0"], "inr": ["x1"]})
    assert (first.variable, first.fit.n, second.fit.n) == ("age", 170, 180)
    assert first.fit.names == ("x0",)


def test_group_is_one_fit_of_several_columns():
    (group,) = fit_each_variable(OUTCOME, PREDICTORS, {"group": ["x0", "x1"]})
    assert [ratio.name for ratio in group.fit.odds_ratios] == ["x0", "x1"]


def test_variable_without_a_fit_has_a_reason_and_spares_the_others():
    predictors = PREDICTORS.assign(constant=1.0, unknown=np.nan)
    found = fit_each_variable(
        OUTCOME, predictors, {"constant": ["constant"], "unknown": ["unknown"], "age": ["x0"]}
    )
    assert [row.fit is None for row in found] == [True, True, False]
    assert "same value of constant" in found[0].reason
    assert "0 of 0 patients" in found[1].reason
