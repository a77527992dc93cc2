import numpy as np
import pytest

from core.stats.bootstrap import bootstrap_interval

VALUES = np.random.default_rng(1).normal(size=40)


def _mean(rows):
    return float(VALUES[rows].mean())


def test_interval_of_a_mean_is_the_normal_one():
    low, high = bootstrap_interval(np.arange(40), _mean, seed=0)
    margin = 1.96 * VALUES.std() / np.sqrt(40)
    # a 2.5 % quantile of 2000 resamples is known to about 6 % of the standard error (0.15)
    assert (low, high) == pytest.approx((VALUES.mean() - margin, VALUES.mean() + margin), abs=0.03)


def test_slices_of_a_patient_are_drawn_together():
    def share_of_complete_patients(rows):
        counts = np.bincount(rows, minlength=6).reshape(3, 2)
        return float((counts[:, 0] == counts[:, 1]).mean())

    patients = ["a", "a", "b", "b", "c", "c"]
    interval = bootstrap_interval(patients, share_of_complete_patients, n_resamples=50, seed=0)
    assert interval == (1.0, 1.0)


def test_copies_of_a_slice_do_not_narrow_the_interval():
    once = bootstrap_interval(np.arange(40), _mean, n_resamples=200, seed=0)
    tenfold = bootstrap_interval(
        np.repeat(np.arange(40), 10), lambda rows: _mean(rows // 10), n_resamples=200, seed=0
    )
    # the same patients are drawn; only the order of summation differs
    assert tenfold == pytest.approx(once, abs=1e-12)


def test_seed_fixes_the_interval():
    first = bootstrap_interval(np.arange(40), _mean, n_resamples=50, seed=3)
    assert bootstrap_interval(np.arange(40), _mean, n_resamples=50, seed=3) == first
    assert bootstrap_interval(np.arange(40), _mean, n_resamples=50, seed=4) != first


def test_few_undefined_resamples_are_left_out():
    def mean_unless_all_alike(rows):
        return float("nan") if len(np.unique(rows)) == 1 else float(rows.mean())

    # four patients are all alike in 4 / 256 resamples
    low, high = bootstrap_interval(np.arange(4), mean_unless_all_alike, n_resamples=500, seed=0)
    assert 0 < low < high < 3


def test_mostly_undefined_statistic_has_no_interval():
    undefined = bootstrap_interval(np.arange(4), lambda _: float("nan"), n_resamples=20, seed=0)
    assert undefined is None
