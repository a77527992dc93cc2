import pytest

from core.cohort.expansion import (
    CONVENTIONAL,
    DEFINITIONS,
    RHE1,
    RHE2,
    Change,
    expanded,
    strict,
)

# Neither 6 mL nor 33 % of growth: the ventricles decide.
SMALL = {"volume_ml": 20.0, "follow_up_volume_ml": 21.0}


@pytest.mark.parametrize(
    ("baseline_ml", "follow_up_ml", "by_reaching", "by_exceeding"),
    [
        (30.0, 36.0, True, False),  # exactly 6 mL, 20 %
        (26.3, 32.3, True, False),  # exactly 6 mL, in binary 5.9999999999999964
        (26.2, 32.2, True, False),  # exactly 6 mL, in binary 6.0000000000000036
        (30.0, 35.99, False, False),
        (30.0, 36.01, True, True),
        (10.0, 13.3, True, False),  # exactly 33 %; in binary 0.33000000000000007
        (10.0, 13.29, False, False),
        (10.0, 13.31, True, True),
        (1.01, 1.3433, True, False),  # exactly 33 %, in binary 0.3299999999999999
        (40.0, 30.0, False, False),  # shrunk
        (10.0, 10.0, False, False),
    ],
)
def test_conventional_thresholds(baseline_ml, follow_up_ml, by_reaching, by_exceeding):
    change = Change(volume_ml=baseline_ml, follow_up_volume_ml=follow_up_ml)
    assert expanded(change, CONVENTIONAL) is by_reaching
    assert expanded(change, strict(CONVENTIONAL)) is by_exceeding


def test_baseline_of_nothing_has_no_share_to_grow_by():
    assert expanded(Change(volume_ml=0.0, follow_up_volume_ml=6.0), CONVENTIONAL) is True
    assert expanded(Change(volume_ml=0.0, follow_up_volume_ml=5.9), CONVENTIONAL) is None
    assert expanded(Change(volume_ml=0.0, follow_up_volume_ml=0.0), CONVENTIONAL) is None


@pytest.mark.parametrize("known", [{}, {"volume_ml": 10.0}, {"follow_up_volume_ml": 90.0}])
def test_one_volume_alone_decides_nothing(known):
    assert expanded(Change(**known), CONVENTIONAL) is None


@pytest.mark.parametrize(
    ("ivh", "ivh_follow_up", "expected"),
    [
        (False, True, True),
        (True, True, False),  # not new
        (False, False, False),
        (True, None, False),  # cannot become new
        (None, False, False),
        (None, True, None),
        (False, None, None),
    ],
)
def test_rhe1_counts_new_blood_in_the_ventricles(ivh, ivh_follow_up, expected):
    change = Change(**SMALL, ivh=ivh, ivh_follow_up=ivh_follow_up)
    assert expanded(change, RHE1) is expected
    assert expanded(change, CONVENTIONAL) is False


@pytest.mark.parametrize(
    ("baseline_ml", "follow_up_ml", "by_reaching", "by_exceeding"),
    [
        (0.0, 1.0, True, False),
        (0.4, 1.4, True, False),  # exactly 1 mL, in binary 0.9999999999999999
        (2.0, 2.9, False, False),
        (2.0, 3.1, True, True),
        (None, 3.0, None, None),
    ],
)
def test_rhe2_counts_a_milliliter_more_in_the_ventricles(
    baseline_ml, follow_up_ml, by_reaching, by_exceeding
):
    change = Change(**SMALL, ivh_volume_ml=baseline_ml, ivh_follow_up_volume_ml=follow_up_ml)
    assert expanded(change, RHE2) is by_reaching
    assert expanded(change, strict(RHE2)) is by_exceeding


def test_growth_decides_where_the_ventricles_are_unknown():
    grown = Change(volume_ml=10.0, follow_up_volume_ml=20.0)
    assert expanded(grown, RHE1) is True
    assert expanded(grown, RHE2) is True


def test_definitions_are_found_by_name_and_say_what_they_are():
    assert list(DEFINITIONS) == [
        "conventional",
        "conventional-strict",
        "rhe1",
        "rhe1-strict",
        "rhe2",
        "rhe2-strict",
    ]
    assert DEFINITIONS["conventional-strict"].words == "> 6 mL or > 33 %"
    assert DEFINITIONS["rhe2"].words.startswith(DEFINITIONS["rhe1"].words[:16])
