import numpy as np
import pytest

from core.imaging.windows import BLOOD, BONE, BRAIN, STROKE, SUBDURAL, WINDOWS, to_display


@pytest.mark.parametrize(
    ("window", "darkest_hu", "brightest_hu"),
    [(BRAIN, 0, 80), (BLOOD, 0, 120), (BONE, -750, 1750)],
    ids=lambda value: getattr(value, "name", value),
)
def test_window_runs_from_black_to_white_over_its_width(window, darkest_hu, brightest_hu):
    hu = np.array(
        [-1024, darkest_hu, darkest_hu + 1, brightest_hu - 1, brightest_hu, 3071], np.int16
    )
    gray = to_display(hu, window)
    assert gray.dtype == np.uint8
    assert gray[[0, 1, 4, 5]].tolist() == [0, 0, 255, 255]
    assert gray[2] == round(255 / window.width_hu)
    assert gray[3] == round(255 - 255 / window.width_hu)


def test_odd_widths_lie_evenly_about_their_center():
    # 17 HU off the center of a 35 HU window: 255 x (0.5 / 35) = 3.6 and 255 x (34.5 / 35) = 251.4
    assert to_display(np.array([18, 52], np.int16), STROKE).tolist() == [4, 251]
    # 107 HU off the center of a 215 HU window: 0.6 and 254.4
    assert to_display(np.array([-32, 182], np.int16), SUBDURAL).tolist() == [1, 254]


def test_windows_are_told_apart_by_name():
    assert len({window.name for window in WINDOWS}) == len(WINDOWS) == 5
