import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from core.stats.design import checked_design, standardized
from core.stats.separation import _has_maximum, _separates, is_separated
from tests.stats.make import drawn_patients, four_cells


def test_zero_cell_is_separation():
    assert is_separated(checked_design(*four_cells(5, 0, 5, 10)))


def test_four_filled_cells_are_no_separation():
    assert not is_separated(checked_design(*four_cells(5, 1, 5, 10)))


@pytest.mark.parametrize(("values", "separated"), [([1, 2, 3, 4], True), ([1, 3, 2, 4], False)])
def test_threshold_that_parts_the_outcomes_is_separation(values, separated):
    design = checked_design([0, 0, 1, 1], pd.DataFrame({"a": values}))
    assert is_separated(design) is separated


def test_shared_value_at_the_threshold_is_still_quasi_separation():
    # 0 0 | both | 1 1: maximum likelihood is infinite although 2 has both outcomes
    design = checked_design([0, 0, 1, 1], pd.DataFrame({"a": [1, 2, 2, 3]}))
    assert is_separated(design)


def test_sum_of_columns_can_separate_what_neither_does():
    values = pd.DataFrame({"a": [0, 3, 1, 4, 0, 3], "b": [3, 0, 3.5, 1, 2, 1]})
    outcome = (values["a"] + values["b"] > 4).astype(int)
    assert 0 < outcome.sum() < 6
    assert is_separated(checked_design(outcome, values))
    assert not is_separated(checked_design(outcome, values[["a"]]))


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_unit_and_offset_decide_nothing(unit):
    outcome, predictors = drawn_patients(200, [1.0, 0.5], seed=3)
    assert not is_separated(checked_design(outcome, predictors * unit + 1000 * unit))
    parted = predictors.assign(x0=np.where(outcome == 1, 1.0, -1.0) * predictors["x0"].abs())
    assert is_separated(checked_design(outcome, parted * unit + 1000 * unit))


def test_one_patient_alone_in_a_level_separates_in_a_large_cohort():
    # the level of a single patient has that patient's outcome only
    outcome, predictors = drawn_patients(1000, [0.5], seed=4)
    alone = predictors.assign(level=np.eye(1, 1000)[0])
    assert is_separated(checked_design(outcome, alone))


def test_newtons_method_never_finds_a_maximum_where_a_direction_separates():
    random, found = np.random.default_rng(0), set()
    for _ in range(400):
        n = int(random.integers(8, 60))
        rare = (random.random(n) < random.choice([0.05, 0.5])).astype(float)
        values = pd.DataFrame({"a": random.normal(size=n), "b": rare, "c": random.permutation(n)})
        p = expit(random.choice([0, 1, 5]) * values["a"])
        outcome = (random.random(n) < p).astype(int)
        if outcome.nunique() < 2 or rare.std() == 0:
            continue
        design = checked_design(outcome, values)
        x = np.column_stack([design.x[:, 0], standardized(design.x[:, 1:])])
        separated = _separates(x, design.y)
        assert is_separated(design) is separated
        assert not (separated and _has_maximum(x, design.y))
        found.add(separated)
    assert found == {False, True}
