"""Clinical findings of simulated patients, by outcome as in Table 1 of Lee 2024."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.domain import FloatArray
from core.risk.table1 import MeanSd, OutcomeClass
from core.risk.variables import GCS_RANGES, VARIABLES, GcsGroup
from core.simulate.draw import Bounds, draw_log_normal

# Clotting crowds just above these and has a long tail; any other log-normal starts at 0.
_STARTS_AT = {"inr": 0.8, "aptt_s": 20.0}
# With the plausible diastolic pressure, below the systolic one's hard limit.
_PULSE_PRESSURE_MMHG = (5.0, 190.0)
_MEASURED = ("fibrinogen_mg_dl", "inr", "platelets_10e9_l", "aptt_s", "onset_to_ct_h")


def draw_gcs_groups(
    outcome: OutcomeClass, count: int, rng: np.random.Generator
) -> NDArray[np.str_]:
    """GCS group of each patient."""
    counts = np.array(list(outcome.gcs.values()))
    return rng.choice(np.array(list(outcome.gcs)), count, p=counts / counts.sum())


def draw_gcs(groups: NDArray[np.str_], rng: np.random.Generator) -> NDArray[np.int_]:
    """GCS sum of each patient, any of its group alike: the table has no more than the group."""
    lowest, highest = np.array([_gcs_range(group) for group in groups.tolist()]).reshape(-1, 2).T
    return rng.integers(lowest, highest, endpoint=True)


def draw_findings(
    outcome: OutcomeClass, count: int, rng: np.random.Generator
) -> dict[str, FloatArray | NDArray[np.str_] | NDArray[np.bool_]]:
    """The other findings of each patient by name, all of them known."""
    male = rng.random(count) < outcome.male / outcome.n
    on_antiplatelet = rng.random(count) < outcome.antiplatelet / outcome.available["antiplatelet"]
    sbp_mmhg, dbp_mmhg = _draw_pressures(outcome, count, rng)
    measured = {name: _draw(name, outcome, count, rng) for name in _MEASURED}
    return {
        "age_years": _draw_age(outcome.measured["age_years"], count, rng),
        "sex": np.where(male, "male", "female"),
        "sbp_mmhg": sbp_mmhg,
        "dbp_mmhg": dbp_mmhg,
        "antiplatelet": on_antiplatelet,
        **measured,
    }


def _gcs_range(group: GcsGroup) -> tuple[int, int]:
    lowest, highest = GCS_RANGES[group].split("-")
    return int(lowest), int(highest)


def _draw(name: str, outcome: OutcomeClass, count: int, rng: np.random.Generator) -> FloatArray:
    """A log-normal within the hard range of the variable."""
    moments, start = outcome.measured[name], _STARTS_AT.get(name, 0.0)
    low, high = (max(bound - start, 0.0) for bound in _range(VARIABLES[name].hard_range))
    above = MeanSd(moments.mean - start, moments.sd)
    return start + draw_log_normal(above, (low, high), count, rng)


def _draw_pressures(
    outcome: OutcomeClass, count: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Systolic and diastolic pressure, mmHg: their difference is drawn, so that it is positive."""
    systolic, diastolic = outcome.measured["sbp_mmhg"], outcome.measured["dbp_mmhg"]
    difference = MeanSd(systolic.mean - diastolic.mean, math.sqrt(systolic.sd**2 - diastolic.sd**2))
    dbp_mmhg = draw_log_normal(diastolic, _range(VARIABLES["dbp_mmhg"].plausible_range), count, rng)
    return dbp_mmhg + draw_log_normal(difference, _PULSE_PRESSURE_MMHG, count, rng), dbp_mmhg


def _draw_age(moments: MeanSd, count: int, rng: np.random.Generator) -> FloatArray:
    """A normal, cut where hardly any patient is."""
    low, high = _range(VARIABLES["age_years"].plausible_range)
    ends = (low - moments.mean) / moments.sd, (high - moments.mean) / moments.sd
    ages = stats.truncnorm.rvs(*ends, moments.mean, moments.sd, size=count, random_state=rng)
    return np.asarray(ages, np.float64)


def _range(bounds: Bounds | None) -> Bounds:
    if bounds is None:
        raise ValueError("The variable has no range, expected one that is measured.")
    return bounds
