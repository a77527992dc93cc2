"""Table 1 of Lee 2024 (doi 10.1007/s00234-024-03298-y) as numbers, by outcome.

Volumes are in mL, which the paper's "mm3" must be.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.risk.variables import GcsGroup

N_SCANNED = 572
"""Patients whose CTs were read; in those beyond the 569 of the table no slice held hematoma."""

N_TEST = 111


@dataclass(frozen=True, slots=True)
class MeanSd:
    """Mean and standard deviation, in the variable's unit."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class OutcomeClass:
    """What Table 1 says of the patients with one outcome.

    ``available`` is how many patients have a value; of a variable not named there all have.  Counts
    are of those who have one.
    """

    n: int
    male: int
    antiplatelet: int
    gcs: Mapping[GcsGroup, int]
    measured: Mapping[str, MeanSd]
    available: Mapping[str, int]
    growth_ml: MeanSd
    growth_percent: MeanSd


STABLE = OutcomeClass(
    n=455,
    male=262,
    antiplatelet=95,
    gcs={"mild": 310, "moderate": 65, "severe": 40},
    measured={
        "age_years": MeanSd(63, 14),
        "sbp_mmhg": MeanSd(166, 37),
        "dbp_mmhg": MeanSd(92, 21),
        "fibrinogen_mg_dl": MeanSd(330, 107),
        "inr": MeanSd(1.09, 0.60),
        "platelets_10e9_l": MeanSd(211, 75),
        "onset_to_ct_h": MeanSd(6.2, 6.7),
        "aptt_s": MeanSd(31.1, 6.1),
        "volume_ml": MeanSd(18.1, 22.7),
    },
    available={
        "gcs": 415,
        "sbp_mmhg": 420,
        "dbp_mmhg": 422,
        "fibrinogen_mg_dl": 422,
        "inr": 424,
        "platelets_10e9_l": 424,
        "antiplatelet": 420,
        "onset_to_ct_h": 429,
        "aptt_s": 412,
    },
    growth_ml=MeanSd(0.3, 4.9),
    growth_percent=MeanSd(6.2, 26.2),
)
EXPANDED = OutcomeClass(
    n=114,
    male=75,
    antiplatelet=27,
    gcs={"mild": 53, "moderate": 28, "severe": 29},
    measured={
        "age_years": MeanSd(58, 14),
        "sbp_mmhg": MeanSd(162, 40),
        "dbp_mmhg": MeanSd(91, 20),
        "fibrinogen_mg_dl": MeanSd(305, 129),
        "inr": MeanSd(1.27, 0.66),
        "platelets_10e9_l": MeanSd(192, 106),
        "onset_to_ct_h": MeanSd(5.7, 6.5),
        "aptt_s": MeanSd(35.4, 35.7),
        "volume_ml": MeanSd(37.0, 34.6),
    },
    available={
        "gcs": 110,
        "sbp_mmhg": 105,
        "dbp_mmhg": 112,
        "fibrinogen_mg_dl": 112,
        "inr": 112,
        "platelets_10e9_l": 112,
        "antiplatelet": 112,
        "onset_to_ct_h": 108,
        "aptt_s": 110,
    },
    growth_ml=MeanSd(28.4, 22.7),
    growth_percent=MeanSd(325.1, 687.5),
)
