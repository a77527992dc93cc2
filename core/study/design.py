"""A cohort as columns of a regression, and the three models as lists of them."""

import numpy as np
import pandas as pd

from core.cohort.frame import OUTCOME
from core.domain import ModelKind
from core.errors import ClinicalDataError
from core.risk.image_variables import NDL
from core.risk.reference_cohort import N_PATIENTS
from core.risk.table1 import N_TEST
from core.risk.variables import gcs_group

GCS_COLUMNS = ("gcs_moderate", "gcs_severe")
CANDIDATES: dict[str, tuple[str, ...]] = {
    "age_years": ("age_years",),
    "gcs": GCS_COLUMNS,
    "fibrinogen_mg_dl": ("fibrinogen_mg_dl",),
    "inr": ("inr",),
    "platelets_10e9_l": ("platelets_10e9_l",),
}
"""What the paper's forward selection chose from: significant alone, the volume left out."""

CLINICAL_TERMS = ("age_years", *GCS_COLUMNS, "fibrinogen_mg_dl")
TERMS: dict[ModelKind, tuple[str, ...]] = {
    "image": (NDL,),
    "clinical": CLINICAL_TERMS,
    "integrated": (*CLINICAL_TERMS, NDL),
}
"""Columns of each of the paper's models."""

TRAIN, TEST = "train", "test"
_TEST_SHARE = N_TEST / N_PATIENTS
LEAST_PER_CLASS = 5
"""Fewer patients with an outcome tell nothing of a model."""


def design_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Every variable of a cohort frame as a number: GCS as two indicators, male as 1."""
    numbers = frame.drop(columns=[OUTCOME, "gcs", "sex"], errors="ignore").select_dtypes(
        include=["number", "boolean"]
    )
    columns = {name: numbers[name].astype("float64") for name in numbers.columns}
    sex = frame["sex"]
    columns["sex"] = (sex == "male").astype("float64").where(sex.notna())
    columns["gcs"] = frame["gcs"].astype("float64")
    return with_gcs_indicators(pd.DataFrame(columns, index=frame.index))


def with_gcs_indicators(columns: pd.DataFrame) -> pd.DataFrame:
    """The columns with two indicators of its groups in place of ``gcs``."""
    gcs = columns["gcs"]
    groups = gcs.map(lambda value: None if np.isnan(value) else gcs_group(value))
    levels = {column: groups == column.removeprefix("gcs_") for column in GCS_COLUMNS}
    indicators = {
        column: level.astype("float64").where(gcs.notna()) for column, level in levels.items()
    }
    return columns.drop(columns="gcs").assign(**indicators)


def split_of(outcome: pd.Series, given: pd.Series | None, *, seed: int) -> pd.Series:
    """Split of each patient, train or test: the given one, else drawn, stratified by outcome."""
    if given is not None and is_complete(given):
        return given
    rng = np.random.default_rng(seed)
    split = pd.Series(TRAIN, index=outcome.index)
    for value in (False, True):
        members = outcome.index[outcome == value].to_numpy()
        count = round(len(members) * _TEST_SHARE)
        split.loc[rng.permutation(members)[:count]] = TEST
    return split


def refuse_few(outcome: pd.Series, split: pd.Series) -> None:
    """Raise ClinicalDataError where a split has too few patients with either outcome."""
    for part in (TRAIN, TEST):
        counts = outcome[split == part].value_counts()
        least = min(int(counts.get(value, 0)) for value in (0.0, 1.0))
        if least < LEAST_PER_CLASS:
            raise ClinicalDataError(
                f"The {part} patients hold {least} of the rarer outcome, at least "
                f"{LEAST_PER_CLASS} expected.",
                "Collect more patients, or leave the split column out to draw one.",
            )


def is_complete(split: pd.Series) -> bool:
    """Whether a table's split is used: only if it names that of every patient."""
    return bool(split.notna().all())
