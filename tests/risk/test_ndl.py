import math

import pytest

from core.risk.ndl import NdlMap, dl_score, normalized_dl_score

MAP = NdlMap(mean_log1p_dl=2.0, sd_log1p_dl=0.5)


def test_dl_score_weighs_slices_by_volume():
    assert dl_score([0.5, 0.1, 1.0], [2.0, 10.0, 0.5]) == pytest.approx(2.5)


def test_dl_score_keeps_the_size_of_the_hematoma():
    assert dl_score([0.5] * 4, [2.0] * 4) == 2 * dl_score([0.5] * 2, [2.0] * 2)


def test_no_slice_scores_zero():
    assert dl_score([], []) == 0.0


def test_scores_and_volumes_must_match():
    with pytest.raises(ValueError, match="argument"):
        dl_score([0.5], [])


@pytest.mark.parametrize(("log1p_dl", "ndl"), [(2.0, 20.0), (2.5, 29.0), (1.5, 11.0)])
def test_one_standard_deviation_is_nine_points(log1p_dl, ndl):
    assert normalized_dl_score(math.expm1(log1p_dl), MAP) == pytest.approx(ndl, abs=1e-9)


@pytest.mark.parametrize(("dl", "ndl"), [(0.0, 0.0), (1e6, 100.0)])
def test_score_stays_within_its_scale(dl, ndl):
    assert normalized_dl_score(dl, MAP) == ndl


@pytest.mark.parametrize("sd", [0.0, -1.0, float("nan")])
def test_map_without_spread_is_refused(sd):
    with pytest.raises(ValueError, match="a positive number is expected"):
        NdlMap(2.0, sd)
