import numpy as np
import pytest

from core.risk.table1 import MeanSd
from core.simulate.draw import draw_beta, draw_log_normal

COUNT = 200_000
VOLUME, BOUNDS = MeanSd(37.0, 34.6), (0.5, 140.0)


def test_cut_log_normal_has_the_mean_and_sd_asked_for_within_its_bounds():
    values = draw_log_normal(VOLUME, BOUNDS, COUNT, np.random.default_rng(0))
    assert BOUNDS[0] <= values.min()
    assert values.max() <= BOUNDS[1]
    # Four standard errors of the mean: 34.6 / sqrt(200 000) = 0.077; the SD's is of that order.
    assert values.mean() == pytest.approx(VOLUME.mean, abs=0.31)
    assert values.std() == pytest.approx(VOLUME.sd, abs=0.31)


def test_uncut_log_normal_has_the_median_of_the_formula():
    values = draw_log_normal(MeanSd(330, 107), (0, 1e9), COUNT, np.random.default_rng(0))
    # 330 / sqrt(1 + (107 / 330)**2) = 313.9; standard error 1.25 * 0.317 * 314 / sqrt(200 000).
    assert np.median(values) == pytest.approx(313.9, abs=1.2)


def test_beta_has_the_mean_and_sd_asked_for_within_its_bounds():
    values = draw_beta(MeanSd(6.2, 26.2), (-90, 33), COUNT, np.random.default_rng(0))
    assert values.min() >= -90
    assert values.max() <= 33
    # Four standard errors: 26.2 / sqrt(200 000) = 0.059.
    assert values.mean() == pytest.approx(6.2, abs=0.24)
    assert values.std() == pytest.approx(26.2, abs=0.24)


@pytest.mark.parametrize("draw", [draw_log_normal, draw_beta])
def test_bounds_too_narrow_for_the_sd_are_refused(draw):
    # No distribution between 1 and 3 has an SD above 1.
    with pytest.raises(ValueError, match=r"mean 2 and SD 1\.5"):
        draw(MeanSd(2, 1.5), (1, 3), 10, np.random.default_rng(0))
