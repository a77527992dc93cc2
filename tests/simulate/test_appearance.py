import dataclasses

import numpy as np
import pytest

from core.simulate.appearance import HematomaCourse, draw_scans
from core.simulate.hematoma import sphere_radius_mm

GROWN = HematomaCourse(volume_ml=20.0, follow_up_volume_ml=35.0, expanded=True)
STABLE = dataclasses.replace(GROWN, follow_up_volume_ml=20.0, expanded=False)


def share_ragged_and_blend(course: HematomaCourse) -> tuple[float, float]:
    hematomas = [
        draw_scans(course, 65, "small", np.random.default_rng(seed))[0].hematoma
        for seed in range(2000)
    ]
    ragged = [h.irregularity_mm > 0.1 * sphere_radius_mm(h.volume_ml) for h in hematomas]
    return float(np.mean(ragged)), float(np.mean([h.hypodensity == "blend" for h in hematomas]))


def test_expansions_are_more_often_irregular_and_a_blend():
    # At 20 mL 27 and 20 % of all; log-odds + 1.2208 and + 0.5274 times (1 - 0.2892) or (- 0.2892):
    # expit(logit(0.27) + 0.868) = 0.468 and expit(logit(0.27) - 0.353) = 0.206, and so on.
    # Four standard errors: 4 * sqrt(0.25 / 2000).
    assert share_ragged_and_blend(GROWN) == pytest.approx((0.468, 0.267), abs=0.045)
    assert share_ragged_and_blend(STABLE) == pytest.approx((0.206, 0.177), abs=0.045)


def test_follow_up_shows_the_same_hematoma_grown_in_a_head_laid_down_anew():
    baseline, follow_up = draw_scans(GROWN, 65, "full", np.random.default_rng(1))
    assert follow_up.hematoma == dataclasses.replace(baseline.hematoma, volume_ml=35.0)
    assert follow_up == dataclasses.replace(
        baseline, hematoma=follow_up.hematoma, yaw_deg=follow_up.yaw_deg
    )
    assert follow_up.yaw_deg != baseline.yaw_deg
    assert (baseline.matrix, baseline.planes_per_slice) == (512, 4)


def test_older_brain_is_more_atrophic():
    young, old = (
        draw_scans(GROWN, age, "small", np.random.default_rng(1))[0].atrophy for age in (45, 85)
    )
    assert (young, old) == pytest.approx((0.8, 1.2))


def test_patient_without_hematoma_is_scanned_once():
    (baseline,) = draw_scans(None, 65, "small", np.random.default_rng(1))
    assert baseline.hematoma is None
