import pandas as pd
import pytest

from core.cohort.columns import COLUMNS
from core.cohort.expansion import CONVENTIONAL, Change, expanded
from core.errors import UsageError
from core.risk.table1 import EXPANDED, STABLE, OutcomeClass
from core.risk.variables import VARIABLES, gcs_group
from core.simulate.cohort import simulate_cohort


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return simulate_cohort(572, seed=1)


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    """A cohort so large that chance hardly matters; those with a hematoma."""
    return simulate_cohort(40_000, seed=2).dropna(subset="expanded")


def with_outcome(table: pd.DataFrame, outcome: OutcomeClass) -> pd.DataFrame:
    return table[table["expanded"].fillna(False) == (outcome is EXPANDED)].dropna(subset="split")


def test_same_seed_gives_the_same_table_and_another_seed_another(table):
    pd.testing.assert_frame_equal(table, simulate_cohort(572, seed=1))
    assert not table["ndl"].equals(simulate_cohort(572, seed=2)["ndl"])


def test_three_of_572_have_no_hematoma_and_nothing_that_hangs_on_it(table):
    without = table[table["volume_ml"].isna()]
    assert len(without) == 3
    hanging = ["follow_up_volume_ml", "expanded", "split", "ndl"]
    assert without[hanging].isna().all(axis=None)
    assert table.drop(without.index)[hanging].notna().all(axis=None)


def test_split_is_that_of_the_paper(table):
    counts = table.groupby(["split", "expanded"]).size()
    assert counts.to_dict() == {
        ("test", False): 89,
        ("test", True): 22,
        ("train", False): 366,
        ("train", True): 92,
    }


@pytest.mark.parametrize("outcome", [STABLE, EXPANDED], ids=["stable", "expanded"])
def test_as_many_values_are_available_as_in_table_1(table, outcome):
    patients = with_outcome(table, outcome)
    known = patients[list(outcome.available)].notna().sum()
    assert known.to_dict() == outcome.available


def test_who_lacks_gcs_lacks_fibrinogen_so_that_525_are_complete(table):
    patients = table.dropna(subset="expanded")
    assert len(patients.dropna(subset=["gcs", "fibrinogen_mg_dl"])) == 525


@pytest.mark.parametrize("outcome", [STABLE, EXPANDED], ids=["stable", "expanded"])
def test_large_cohort_has_the_moments_of_table_1(many, outcome):
    patients = with_outcome(many, outcome)
    for name, moments in outcome.measured.items():
        values = patients[name].dropna().astype(float)
        error = moments.sd / len(values) ** 0.5
        # Four standard errors, and for age the 19 years below which nobody is: less than 0.15.
        assert values.mean() == pytest.approx(moments.mean, abs=4 * error + 0.15), name
        # An SD of heavy tails (kurtosis 150 in aPTT) is known to a tenth or so.
        assert values.std() == pytest.approx(moments.sd, rel=0.12), name


@pytest.mark.parametrize("outcome", [STABLE, EXPANDED], ids=["stable", "expanded"])
def test_large_cohort_has_the_shares_of_table_1(many, outcome):
    patients = with_outcome(many, outcome)
    groups = patients["gcs"].dropna().map(gcs_group).value_counts(normalize=True)
    # Four standard errors of a share of 7700 patients: 4 * 0.5 / sqrt(7700).
    for group, count in outcome.gcs.items():
        assert groups[group] == pytest.approx(count / sum(outcome.gcs.values()), abs=0.023)
    assert (patients["sex"] == "male").mean() == pytest.approx(outcome.male / outcome.n, abs=0.023)
    antiplatelet = outcome.antiplatelet / outcome.available["antiplatelet"]
    assert patients["antiplatelet"].mean() == pytest.approx(antiplatelet, abs=0.023)


def test_outcome_is_what_the_volumes_say(many):
    for row in many.itertuples():
        change = Change(row.volume_ml, row.follow_up_volume_ml)
        assert expanded(change, CONVENTIONAL) == row.expanded


def test_growth_is_near_that_of_table_1_in_both_units(many):
    growth_ml = (many["follow_up_volume_ml"] - many["volume_ml"]).astype(float)
    percent = 100 * growth_ml / many["volume_ml"].astype(float)
    # What is drawn is met but for the threshold and the largest hematoma; what follows from it
    # within the reach of a joint distribution that the table does not tell.
    grown = many["expanded"].astype(bool)
    assert growth_ml[grown].mean() == pytest.approx(28.4, rel=0.06)
    assert growth_ml[grown].std() == pytest.approx(22.7, rel=0.1)
    assert percent[grown].mean() == pytest.approx(325, rel=0.25)
    assert percent[~grown].mean() == pytest.approx(6.2, abs=2)
    assert percent[~grown].std() == pytest.approx(26.2, abs=2)
    assert growth_ml[~grown].mean() == pytest.approx(0.3, abs=0.3)
    assert growth_ml[~grown].std() == pytest.approx(4.9, rel=0.3)


def test_every_value_is_possible_and_diastolic_below_systolic(many):
    for name, variable in VARIABLES.items():
        if name in many and variable.hard_range:
            assert many[name].dropna().between(*variable.hard_range).all(), name
    assert many["age_years"].min() >= 19
    assert (many["dbp_mmhg"] < many["sbp_mmhg"]).fillna(True).all()


def test_columns_are_those_of_a_cohort_and_every_row_says_simulated(table):
    assert set(table.columns) <= set(COLUMNS)
    assert table["simulated"].all()


def test_impossible_cohort_is_refused():
    with pytest.raises(UsageError, match="19 patients asked for, at least 20"):
        simulate_cohort(19, seed=1)
    with pytest.raises(UsageError, match="Seed -1 found"):
        simulate_cohort(572, seed=-1)


def test_least_cohort_has_either_outcome_in_either_split():
    patients = simulate_cohort(20, seed=1)
    assert len(patients.groupby(["split", "expanded"]).size()) == 4
