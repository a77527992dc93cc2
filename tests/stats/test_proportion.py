import pytest

from core.stats.proportion import wilson_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Image-to-HE: accuracy (the paper prints 75.5 for the upper end), sensitivity
        (72, 107, 57.9, 75.4),
        (17, 21, 60.0, 92.3),
        # Its specificity is printed as [63.5, 88.7], which is the interval of the AUC (0.64, 0.89)
        # in the wrong cell: no Wilson interval of 55/86 reaches it.
        (55, 86, 53.4, 73.3),
        # Clinical-to-HE: accuracy, sensitivity as above, specificity
        (80, 107, 65.8, 82.0),
        (63, 86, 63.1, 81.5),
        # Integrated-to-HE: accuracy, sensitivity, specificity
        (87, 107, 72.9, 87.6),
        (16, 21, 54.9, 89.4),
        (71, 86, 73.2, 89.1),
    ],
)
def test_intervals_of_table_3_are_wilsons(successes, n, low, high):
    # percent, printed to one decimal
    assert [round(100 * end, 1) for end in wilson_interval(successes, n)] == [low, high]


def test_no_success_has_zero_as_lower_end():
    # upper end z^2 / (n + z^2) = 3.841459 / 13.841459
    assert wilson_interval(0, 10) == pytest.approx((0.0, 0.277533), abs=1e-6)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_impossible_count_is_refused(successes, n):
    with pytest.raises(ValueError, match="expected"):
        wilson_interval(successes, n)


def test_interval_holds_the_share_itself():
    for n in range(1, 201):
        for successes in {0, 1, n // 2, n - 1, n}:
            low, high = wilson_interval(successes, n)
            assert 0 <= low <= successes / n <= high <= 1
