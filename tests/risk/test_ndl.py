import numpy as np
import pytest
from scipy.special import expit

from core.risk.ndl import NdlMap, SummedNdlMap

MAP = NdlMap(mean_logit_dl=-1.0, sd_logit_dl=0.5)


def score(slices: list[float], volumes_ml: list[float]) -> float | None:
    return NdlMap.dl(np.array(slices), np.array(volumes_ml))


def test_dl_score_is_the_mean_by_volume_on_the_logit_scale() -> None:
    slices = expit([1.0, -1.0, 3.0]).tolist()
    assert score(slices, [2.0, 5.0, 1.0]) == pytest.approx(expit((2 - 5 + 3) / 8))


def test_dl_score_leaves_size_to_the_slices() -> None:
    assert score([0.3] * 4, [2.0] * 4) == pytest.approx(score([0.3] * 2, [7.0] * 2))


def test_slice_without_hematoma_does_not_count() -> None:
    assert score([0.3, 0.0], [2.0, 0.0]) == pytest.approx(0.3)


def test_no_hematoma_has_no_score() -> None:
    assert score([], []) is None
    assert score([0.5, 0.5], [0.0, 0.0]) is None


def test_certain_slice_does_not_drown_the_others() -> None:
    assert score([1.0, 0.1], [1.0, 9.0]) < 0.5


@pytest.mark.parametrize(("logit_dl", "ndl"), [(-1.0, 20.0), (-0.5, 29.0), (-1.5, 11.0)])
def test_one_standard_deviation_is_nine_points(logit_dl: float, ndl: float) -> None:
    assert MAP.ndl(float(expit(logit_dl))) == pytest.approx(ndl, abs=1e-9)


@pytest.mark.parametrize(("dl", "ndl"), [(1e-4, 0.0), (1 - 1e-4, 100.0)])
def test_score_stays_within_its_scale(dl: float, ndl: float) -> None:
    assert MAP.ndl(dl) == ndl


@pytest.mark.parametrize("sd", [0.0, -1.0, float("nan")])
def test_map_without_spread_is_refused(sd: float) -> None:
    with pytest.raises(ValueError, match="a positive number is expected"):
        NdlMap(2.0, sd)
    with pytest.raises(ValueError, match="a positive number is expected"):
        SummedNdlMap(2.0, sd)


def test_earlier_models_keep_their_sum_by_volume() -> None:
    earlier = SummedNdlMap(mean_log1p_dl=2.0, sd_log1p_dl=0.5)
    slices, volumes_ml = np.array([0.5, 0.1, 1.0]), np.array([2.0, 10.0, 0.5])
    assert earlier.dl(slices, volumes_ml) == pytest.approx(2.5)
    assert earlier.dl(slices, np.zeros(3)) is None
    assert earlier.ndl(np.expm1(2.5)) == pytest.approx(29.0)
