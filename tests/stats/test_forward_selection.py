import numpy as np
import pytest

from core.errors import ClinicalDataError
from core.stats.forward_selection import forward_selection
from core.stats.likelihood_ratio import likelihood_ratio_test
from core.stats.logistic import fit_logistic
from tests.stats.make import drawn_patients, four_cells

OUTCOME, PREDICTORS = drawn_patients(300, [0.5, 1.2, 0.0, 0.0], seed=7)
EACH = {"weak": ["x0"], "strong": ["x1"], "noise": ["x2"]}


def test_strongest_enters_first_and_noise_never():
    found = forward_selection(OUTCOME, PREDICTORS, EACH)
    assert found.variables == ("strong", "weak")
    assert [step.entered for step in found.steps] == ["strong", "weak", None]
    assert found.fit.names == ("x1", "x0")


def test_candidates_are_tested_against_what_has_entered():
    step = forward_selection(OUTCOME, PREDICTORS, EACH).steps[1]
    assert {candidate.variable for candidate in step.candidates} == {"weak", "noise"}
    strong = fit_logistic(OUTCOME, PREDICTORS[["x1"]])
    both = fit_logistic(OUTCOME, PREDICTORS[["x1", "x0"]])
    assert step.candidates[0].test == likelihood_ratio_test(strong, both)


def test_columns_of_a_variable_enter_together():
    found = forward_selection(OUTCOME, PREDICTORS, {"group": ["x1", "x2"], "weak": ["x0"]})
    assert found.steps[0].candidates[0].test.df == 2
    assert found.fit.names == ("x1", "x2", "x0")


def test_entry_threshold_decides():
    p = forward_selection(OUTCOME, PREDICTORS, EACH).steps[2].candidates[0].test.p
    assert forward_selection(OUTCOME, PREDICTORS, EACH, entry_p=p).variables[-1] == "weak"
    entered = forward_selection(OUTCOME, PREDICTORS, EACH, entry_p=p * 1.001)
    assert entered.variables[-1] == "noise"
    assert len(entered.steps) == 3


def test_nothing_but_noise_leaves_the_base_rate():
    found = forward_selection(OUTCOME, PREDICTORS, {"noise": ["x2"]}, entry_p=1e-6)
    assert (found.variables, found.fit.names) == ((), ())


def test_separating_variable_is_tested_by_penalized_likelihood():
    outcome, predictors = four_cells(7, 0, 3, 12)
    found = forward_selection(outcome, predictors, {"exposed": ["exposed"]})
    assert found.fit.method == "Firth"
    assert found.steps[0].candidates[0].test.p == pytest.approx(found.fit.p[1], rel=1e-6)


def test_missing_candidate_is_refused():
    incomplete = PREDICTORS.assign(x2=PREDICTORS["x2"].where(np.arange(300) > 5))
    with pytest.raises(ClinicalDataError, match="x2 in 6"):
        forward_selection(OUTCOME, incomplete, EACH)
