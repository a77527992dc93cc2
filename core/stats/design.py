"""Outcome and predictors of a regression as arrays, refused where no fit could be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from core.domain import FloatArray, QualityFinding, Severity
from core.errors import ClinicalDataError

_FEW_EVENTS_PER_TERM = 10  # Peduzzi 1996, doi 10.1016/S0895-4356(96)00236-3


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Outcome y (n,) of 0 and 1, and x (n, 1 + terms) with a first column of ones."""

    names: tuple[str, ...]
    y: FloatArray
    x: FloatArray

    @property
    def events(self) -> int:
        """How many have the outcome."""
        return int(self.y.sum())


def checked_design(outcome: ArrayLike, predictors: pd.DataFrame) -> Design:
    """Design of complete data in which every predictor can have a coefficient of its own.

    outcome: (n,) of 0 and 1.  Predictors without a column are a model of the intercept alone.

    Raises
    ------
    ClinicalDataError
        A value is missing, a column constant or the sum of others, or all outcomes are the same.
    """
    names = tuple(str(name) for name in predictors.columns)
    y = outcome_values(outcome)
    x = predictors.to_numpy(dtype=np.float64, na_value=np.nan).reshape(len(predictors), len(names))
    if y.shape != x.shape[:1]:
        raise ValueError(f"{y.shape} outcomes found, one for each of {len(x)} patients expected.")
    _refuse_missing(names, y, x)
    _refuse_one_outcome(y)
    _refuse_constant(names, x)
    _refuse_redundant(names, x)
    return Design(names, y, np.column_stack([np.ones(len(y)), x]))


def outcome_values(outcome: ArrayLike) -> FloatArray:
    """Outcomes as float (n,), nan where unknown; also of pandas' "boolean"."""
    # As a column, because NumPy knows no unknown boolean.
    values: FloatArray = pd.DataFrame({"outcome": outcome})["outcome"].to_numpy(
        dtype=np.float64, na_value=np.nan
    )
    return values


def few_events(design: Design) -> tuple[QualityFinding, ...]:
    """A warning if there are fewer than ten patients of the rarer outcome per coefficient."""
    rarer = min(design.events, len(design.y) - design.events)
    terms = len(design.names)
    if rarer >= _FEW_EVENTS_PER_TERM * terms:
        return ()
    return (
        QualityFinding(
            "few-events",
            Severity.WARNING,
            f"{rarer} patients of the rarer outcome for {terms} coefficients, at least "
            f"{_FEW_EVENTS_PER_TERM} for each expected: the odds ratios may be too extreme.",
            "Enter fewer variables, or collect more patients.",
        ),
    )


def _refuse_missing(names: Sequence[str], y: FloatArray, x: FloatArray) -> None:
    unknown = {"the outcome": ~np.isfinite(y)} | {
        name: ~np.isfinite(column) for name, column in zip(names, x.T, strict=True)
    }
    missing = [f"{name} in {where.sum()}" for name, where in unknown.items() if where.any()]
    if missing:
        raise ClinicalDataError(
            f"Of {len(y)} patients there is no value of {', '.join(missing)}; none may be missing.",
            "Leave incomplete patients out, or use multiple imputation.",
        )


def _refuse_one_outcome(y: FloatArray) -> None:
    if not np.isin(y, (0, 1)).all():
        raise ValueError("An outcome other than 0 and 1 found.")
    if len(np.unique(y)) < 2:
        raise ClinicalDataError(
            f"{int(y.sum())} of {len(y)} patients have the outcome, both outcomes expected.",
            "Collect patients with and without the outcome.",
        )


def _refuse_constant(names: Sequence[str], x: FloatArray) -> None:
    constant = [name for name, column in zip(names, x.T, strict=True) if np.ptp(column) == 0]
    if constant:
        raise ClinicalDataError(
            f"All {len(x)} patients have the same value of {', '.join(constant)}, expected some "
            "that differ.",
            "Leave it out: it cannot tell the outcomes apart.",
        )


def _refuse_redundant(names: Sequence[str], x: FloatArray) -> None:
    rank = np.linalg.matrix_rank(standardized(x)) if names else 0
    if rank < len(names):
        raise ClinicalDataError(
            f"{', '.join(names)} hold only {rank} independent columns in {len(x)} patients, "
            f"{len(names)} expected.",
            "Leave out what follows from the others, such as one level of each group.",
        )


def standardized(x: FloatArray) -> FloatArray:
    """Columns of mean 0 and SD 1, so that no unit decides what is small; none may be constant."""
    scaled: FloatArray = (x - x.mean(axis=0)) / x.std(axis=0)
    return scaled
