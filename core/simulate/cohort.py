"""A table of simulated patients with the class-conditional distributions of Lee 2024, Table 1.

Given outcome and GCS group, variables are independent, for the paper says nothing of their joint
distribution; only systolic and diastolic pressure hang together.  nDL is normal as in
``core.risk.reference_cohort``.  What is drawn for nDL does not look at the volume, and the phantom
CT of a patient shares nothing with nDL but the outcome.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import UsageError
from core.risk.reference_cohort import BASE_RATE, N_PATIENTS, NDL_SD, mean_ndl
from core.risk.table1 import EXPANDED, N_SCANNED, N_TEST, STABLE, OutcomeClass
from core.simulate.clinical import draw_findings, draw_gcs, draw_gcs_groups
from core.simulate.draw import draw_log_normal
from core.simulate.growth import draw_follow_up_ml

LEAST_PATIENTS = 20
"""Enough that either outcome is in either split."""

VOLUME_ML = (0.5, 140.0)
"""Bounds of the first hematoma: what a CT shows, and what leaves room to grow."""

_DECIMALS = {
    **dict.fromkeys(("age_years", "sbp_mmhg", "dbp_mmhg", "fibrinogen_mg_dl"), 0),
    **{"platelets_10e9_l": 0, "inr": 2, "aptt_s": 1, "onset_to_ct_h": 1},
    **{"ndl": 2, "volume_ml": 3, "follow_up_volume_ml": 3},
}


def simulate_cohort(n_patients: int, *, seed: int) -> pd.DataFrame:
    """One row a patient, in random order, with the columns of cohort.csv and ``simulated``.

    Of 572 patients, 3 have no hematoma on any slice, and so no volume, outcome or split; 114 of the
    other 569 expand, 22 of them and 89 others are ``test``.  The same seed gives the same table.

    Raises
    ------
    UsageError
        Fewer than 20 patients, or a negative seed.
    """
    if n_patients < LEAST_PATIENTS:
        raise UsageError(
            f"{n_patients} patients asked for, at least {LEAST_PATIENTS} expected.",
            f"Name a larger number, {N_SCANNED} as in the paper.",
        )
    if seed < 0:
        raise UsageError(f"Seed {seed} found, 0 or more expected.", "Name a number from 0 on.")
    rng = np.random.default_rng(seed)
    n_bleeding = n_patients - round(n_patients * (1 - N_PATIENTS / N_SCANNED))
    n_expanded = round(n_bleeding * BASE_RATE)
    rows = pd.concat(
        [
            _draw_class(STABLE, n_bleeding - n_expanded, rng),
            _draw_class(EXPANDED, n_expanded, rng),
            _without_hematoma(_draw_class(STABLE, n_patients - n_bleeding, rng)),
        ],
        ignore_index=True,
    )
    table = rows.iloc[rng.permutation(n_patients)].reset_index(drop=True)
    table.insert(0, "patient", [f"SIM-{number:04d}" for number in range(1, n_patients + 1)])
    return table.assign(simulated=True).convert_dtypes()


def _draw_class(outcome: OutcomeClass, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Patients with one outcome."""
    groups = draw_gcs_groups(outcome, count, rng)
    means = [mean_ndl(outcome, group) for group in groups.tolist()]
    volume_ml = draw_log_normal(outcome.measured["volume_ml"], VOLUME_ML, count, rng)
    table = pd.DataFrame(
        {
            "volume_ml": volume_ml,
            "follow_up_volume_ml": draw_follow_up_ml(outcome, volume_ml, rng),
            "expanded": outcome is EXPANDED,
            "split": _draw_split(count, rng),
            "ndl": np.clip(rng.normal(means, NDL_SD), 0, 100),
            "gcs": draw_gcs(groups, rng),
            **draw_findings(outcome, count, rng),
        }
    )
    return _with_gaps(table.round(_DECIMALS), outcome, rng)


def _draw_split(count: int, rng: np.random.Generator) -> NDArray[np.str_]:
    n_test = round(count * N_TEST / N_PATIENTS)
    return rng.permutation(np.repeat(["test", "train"], [n_test, count - n_test]))


def _with_gaps(
    table: pd.DataFrame, outcome: OutcomeClass, rng: np.random.Generator
) -> pd.DataFrame:
    """The table without as many values as Table 1 lacks, all from the same patients.

    Who lacks GCS lacks fibrinogen too: else fewer than 107 of the 111 test patients would be
    complete, and fewer than the 415 or so training patients that Table 2 was fitted to.
    """
    order = rng.permutation(len(table))
    for name, available in outcome.available.items():
        known = round(len(table) * available / outcome.n)
        table[name] = table[name].mask(order >= known)
    return table


def _without_hematoma(table: pd.DataFrame) -> pd.DataFrame:
    """The patients with all that hangs on a hematoma unknown."""
    hanging = ["volume_ml", "follow_up_volume_ml", "expanded", "split", "ndl"]
    return table.drop(columns=hanging)
