"""What the CT of a simulated patient looks like: shape and texture by volume and outcome."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import expit, logit

from core.risk.yu2024 import BASE_RATE, BLEND, IRREGULAR
from core.simulate.hematoma import SITES, HematomaSettings, Hypodensity, sphere_radius_mm
from core.simulate.phantom import PhantomSettings

ImageSize = Literal["small", "full"]

# Matrix and planes averaged per slice; full is that of the clinic.
_SIZES: dict[ImageSize, tuple[int, int]] = {"small": (128, 3), "full": (512, 4)}

# Share of hematomas up to that many mL that readers call irregular, and a blend: tertiles of the
# 871 patients of Yu 2024 (doi 10.1007/s00330-024-10921-2).
_SIGNS_UP_TO_ML = ((9.3, 0.08, 0.04), (22.3, 0.27, 0.20), (np.inf, 0.63, 0.36))
# Roughness as a share of the radius: the bundled examples have 0.07 (smooth) to 0.15 (ragged).
_SMOOTH, _RAGGED = 0.05, 0.15
_YAW_SD_DEG = 3.0
# Sulci and ventricles widen with age, by this share of their width at 65 years a year.
_ATROPHY_PER_YEAR, _ATROPHY_RANGE = 0.01, (0.7, 1.4)


@dataclass(frozen=True, slots=True)
class HematomaCourse:
    """Volume on either CT, mL, and whether the growth counts as expansion."""

    volume_ml: float
    follow_up_volume_ml: float
    expanded: bool


def draw_scans(
    course: HematomaCourse | None, age_years: float, size: ImageSize, rng: np.random.Generator
) -> tuple[PhantomSettings, ...]:
    """Baseline and follow-up scan of one head; without a ``course`` a baseline, no hematoma."""
    matrix, planes = _SIZES[size]
    baseline = PhantomSettings(
        hematoma=None if course is None else _draw_hematoma(course, rng),
        atrophy=float(np.clip(1 + _ATROPHY_PER_YEAR * (age_years - 65), *_ATROPHY_RANGE)),
        yaw_deg=float(rng.normal(0, _YAW_SD_DEG)),
        matrix=matrix,
        n_slices=26,
        lowest_slice_mm=-56.0,
        planes_per_slice=planes,
    )
    if course is None or baseline.hematoma is None:
        return (baseline,)
    grown = replace(baseline.hematoma, volume_ml=course.follow_up_volume_ml)
    yaw_deg = float(rng.normal(0, _YAW_SD_DEG))
    return baseline, replace(baseline, hematoma=grown, yaw_deg=yaw_deg)


def _draw_hematoma(course: HematomaCourse, rng: np.random.Generator) -> HematomaSettings:
    irregular, blend = next(
        (irregular, blend)
        for up_to_ml, irregular, blend in _SIGNS_UP_TO_ML
        if course.volume_ml <= up_to_ml
    )
    is_irregular = rng.random() < _by_outcome(irregular, IRREGULAR, course)
    roughness = _RAGGED if is_irregular else _SMOOTH
    return HematomaSettings(
        volume_ml=course.volume_ml,
        site=rng.choice(np.array(list(SITES))),
        side=rng.choice(np.array(["left", "right"])),
        hypodensity=_draw_hypodensity(_by_outcome(blend, BLEND, course), rng),
        irregularity_mm=roughness * sphere_radius_mm(course.volume_ml),
    )


def _by_outcome(share: float, log_odds_ratio: float, course: HematomaCourse) -> float:
    """Chance of a sign given the outcome, from its share among all and its odds ratio."""
    return float(expit(logit(share) + log_odds_ratio * (course.expanded - BASE_RATE)))


def _draw_hypodensity(p_blend: float, rng: np.random.Generator) -> Hypodensity:
    """Blend, or as often swirl: no share by volume is known of the swirl."""
    chance = rng.random()
    if chance < p_blend:
        return "blend"
    return "swirl" if chance < 2 * p_blend else "none"
