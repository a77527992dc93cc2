import pytest

from core.cohort.describe import Count, Numbers, describe
from core.cohort.expansion import RHE1
from core.cohort.frame import cohort_frame
from tests.cohort.make import read_lines

LINES = (
    "patient,expanded,volume_ml,follow_up_volume_ml,ivh,ivh_follow_up,age_years,gcs,sex,inr",
    "a,1,,,,,50,9,male,",
    "b,1,,,,,70,,female,",
    "c,0,10,10,no,yes,60,15,male,1.1",
    "d,,10,11,no,no,80,15,,",
    "e,,,,,,,14,male,",
)


@pytest.fixture
def table(tmp_path):
    return read_lines(tmp_path, *LINES)


def summaries(description, name, level=None):
    (found,) = (v for v in description.variables if (v.name, v.level) == (name, level))
    return found.all, found.expanded, found.not_expanded


def test_outcome_rate_is_of_those_whose_outcome_is_known(table):
    description = describe(table)
    # d by its volumes (+ 1 mL, 10 %): not expanded
    assert (description.patients, description.outcome_known, description.expanded) == (5, 4, 2)
    assert description.outcome_rate == 0.5
    assert description.simulated is False


def test_numbers_have_mean_sd_and_missing_by_outcome(table):
    everyone, expanded, stable = summaries(describe(table), "age_years")
    # 50, 70, 60, 80: mean 65, SD sqrt(500 / 3)
    assert everyone == Numbers(4, 1, 65.0, pytest.approx((500 / 3) ** 0.5))
    assert expanded == Numbers(2, 0, 60.0, pytest.approx(200**0.5))
    assert stable == Numbers(2, 0, 70.0, pytest.approx(200**0.5))


def test_too_few_values_have_no_mean_or_sd(table):
    everyone, expanded, _ = summaries(describe(table), "inr")
    assert everyone == Numbers(1, 4, pytest.approx(1.1), None)
    assert expanded == Numbers(0, 2, None, None)


def test_choices_are_counted_level_by_level_and_yes_by_itself(table):
    description = describe(table)
    assert summaries(description, "sex", "male") == (Count(4, 1, 3), Count(2, 0, 1), Count(1, 1, 1))
    assert summaries(description, "sex", "female")[0] == Count(4, 1, 1)
    assert summaries(description, "ivh_follow_up")[0] == Count(2, 3, 1)


def test_only_columns_of_the_table_are_described(table):
    assert "nihss" not in {variable.name for variable in describe(table).variables}


def test_definition_takes_the_outcome_from_the_volumes_alone(table):
    description = describe(table, RHE1)
    # c has new intraventricular blood, d has none; a, b and e have no volumes
    assert (description.outcome_known, description.expanded) == (2, 1)


def test_cohort_without_outcomes_has_no_rate(tmp_path):
    description = describe(read_lines(tmp_path, "patient,gcs", "a,9"))
    assert (description.outcome_known, description.outcome_rate) == (0, None)


def test_simulated_patients_are_said_to_be(tmp_path):
    table = read_lines(tmp_path, "patient,expanded,simulated", "a,1,True", "b,0,True")
    assert describe(table).simulated is True


def test_frame_keeps_what_is_unknown_unknown(table):
    frame = cohort_frame(table)
    assert frame.index.tolist() == ["a", "b", "c", "d", "e"]
    assert frame["expanded"].tolist()[:4] == [True, True, False, False]
    assert frame.isna().sum()[["expanded", "age_years", "gcs", "sex", "ivh", "nihss"]].tolist() == [
        1,
        1,
        1,
        1,
        3,
        5,
    ]
