import numpy as np
import pytest

from core.stats.calibration_curve import calibration_curve
from core.stats.proportion import wilson_interval


def test_bins_hold_equal_numbers_in_the_order_of_risk():
    risk = np.linspace(0.01, 0.99, 50)[::-1]
    labels = risk > 0.5
    curve = calibration_curve(labels, risk, n_bins=5)
    assert [each.n for each in curve] == [10] * 5
    # the third bin is the middle ten of the fifty
    assert curve[2].predicted == pytest.approx(0.5)
    assert [each.events for each in curve] == [0, 0, 5, 10, 10]


def test_observed_share_has_wilson_s_interval():
    (only,) = calibration_curve([1, 0, 0, 1, 0], [0.1, 0.2, 0.3, 0.4, 0.5], n_bins=1)
    assert (only.predicted, only.observed) == pytest.approx((0.3, 0.4))
    assert only.ci95 == wilson_interval(2, 5)


def test_patients_of_the_same_risk_are_not_parted():
    curve = calibration_curve([0, 1, 0, 1, 1, 0], [0.2, 0.2, 0.2, 0.2, 0.9, 0.9], n_bins=3)
    assert [(round(each.predicted, 9), each.n) for each in curve] == [(0.2, 4), (0.9, 2)]


def test_more_bins_than_patients_leave_one_patient_each():
    curve = calibration_curve([0, 1, 1], [0.1, 0.5, 0.9], n_bins=10)
    assert [each.n for each in curve] == [1, 1, 1]
