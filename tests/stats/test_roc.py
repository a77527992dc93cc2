import math

import pytest

from core.stats.roc import roc_auc, sensitivity_specificity, youden_threshold

LABELS = [0, 0, 1, 0, 1, 1]
SCORES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


def test_auc_is_the_share_of_pairs_in_order():
    # 3 x 3 pairs, of which only (0.3, 0.4) is out of order
    assert roc_auc(LABELS, SCORES) == pytest.approx(8 / 9)


def test_tied_pair_counts_half():
    assert roc_auc([0, 1], [0.5, 0.5]) == 0.5


def test_auc_of_one_class_is_undefined():
    assert math.isnan(roc_auc([1, 1], [0.1, 0.2]))


def test_score_at_the_threshold_is_positive():
    found = sensitivity_specificity(LABELS, SCORES, 0.3)
    assert found.sensitivity == 1.0
    assert found.specificity == pytest.approx(2 / 3)


def test_class_without_members_has_no_share():
    found = sensitivity_specificity([1, 1], [0.1, 0.9], 0.5)
    assert found.sensitivity == 0.5
    assert math.isnan(found.specificity)


def test_youden_threshold_is_the_highest_of_the_best():
    # J is 2/3 at 0.3 (3/3 - 1/3) and at 0.5 (2/3 - 0/3)
    assert youden_threshold(LABELS, SCORES) == 0.5


def test_youden_threshold_separates_what_can_be_separated():
    assert youden_threshold([0, 0, 1, 1], [0.1, 0.4, 0.7, 0.9]) == 0.7


def test_youden_threshold_of_a_useless_score_is_still_a_score():
    assert youden_threshold([1, 0], [0.1, 0.9]) in {0.1, 0.9}


def test_threshold_of_one_class_is_refused():
    with pytest.raises(ValueError, match="needs both"):
        youden_threshold([0, 0], [0.1, 0.2])
