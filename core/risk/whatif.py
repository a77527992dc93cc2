"""How the risk of one patient answers to each finding: curves and swings."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import expit, logit

from core.domain import (
    ClinicalFindings,
    EstimateKind,
    FloatArray,
    ImageFindings,
    RiskEstimate,
)
from core.risk.estimate import RiskModels, models_used
from core.risk.image_variables import ALL_VARIABLES, IMAGE_VARIABLES, NDL
from core.risk.logistic import LogisticModel, predict, variable_label
from core.risk.reference_cohort import NDL_MEAN

BASE_RATE = "base_rate"
_POINTS = 61
_BASE_RATES = (0.05, 0.60)
# nDL has mean 20 and standard deviation 9 by construction: curve over 0 to 60, swing of 2 SD.
_NDL_RANGE = (0.0, 60.0)
_NDL_SWING = (NDL_MEAN - 18.0, NDL_MEAN + 18.0)


@dataclass(frozen=True, slots=True)
class Patient:
    """What a risk is estimated from."""

    clinical: ClinicalFindings
    image: ImageFindings
    base_rate: float

    def with_value(self, variable: str, value: float) -> "Patient":
        """The same patient with another value of a variable or the base rate."""
        if variable == BASE_RATE:
            return replace(self, base_rate=value)
        whole = bool if ALL_VARIABLES[variable].kind == "boolean" else int
        changed: dict[str, Any] = {variable: whole(value) if is_whole(variable) else value}
        if variable in IMAGE_VARIABLES:
            return replace(self, image=replace(self.image, **changed))
        return replace(self, clinical=replace(self.clinical, **changed))

    def value(self, variable: str) -> float | None:
        """Value of a variable or the base rate; None if unknown."""
        if variable == BASE_RATE:
            return self.base_rate
        of = self.image if variable in IMAGE_VARIABLES else self.clinical
        known: float | None = getattr(of, variable)
        return known


@dataclass(frozen=True, slots=True, eq=False)
class RiskCurve:
    """Risk (points,) over values of one variable (points,) with its 95 % interval."""

    variable: str
    label: str
    values: FloatArray
    p: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def stepped(self) -> bool:
        """Whether the variable takes whole values only."""
        return is_whole(self.variable)


@dataclass(frozen=True, slots=True, eq=False)
class RiskMap:
    """Risk (down, across) over the values of two variables, those of the curves it is made of."""

    across: RiskCurve
    down: RiskCurve
    p: FloatArray


@dataclass(frozen=True, slots=True)
class Swing:
    """Risk with one variable at the low and at the high end of its plausible range."""

    variable: str
    label: str
    values: tuple[float, float]
    p: tuple[float, float]

    @property
    def width(self) -> float:
        """Distance of the two risks."""
        return abs(self.p[1] - self.p[0])


def variables(models: RiskModels, kind: EstimateKind, patient: Patient) -> tuple[str, ...]:
    """What moves a model's risk for a patient: its variables, then the base rate."""
    return *_model(models, kind, patient).variables, BASE_RATE


def risk_curve(
    models: RiskModels, kind: EstimateKind, variable: str, patient: Patient
) -> RiskCurve | None:
    """Risk over the plausible range of a variable; None if the model cannot be given."""
    values = _grid(variable)
    estimates = [_estimate(models, kind, patient.with_value(variable, v)) for v in values]
    if any(e.p is None or e.ci95 is None for e in estimates):
        return None
    rows = np.array([(e.p, *(e.ci95 or ())) for e in estimates])
    return RiskCurve(variable, label(variable), values, rows[:, 0], rows[:, 1], rows[:, 2])


def risk_map(
    models: RiskModels, kind: EstimateKind, across: str, down: str, patient: Patient
) -> RiskMap | None:
    """Risk over the plausible ranges of two variables; None if the model cannot be given.

    Log-odds of a logistic model add up, so that two curves make the map.
    """
    now = _estimate(models, kind, patient).p
    curves = [risk_curve(models, kind, variable, patient) for variable in (across, down)]
    if now is None or curves[0] is None or curves[1] is None:
        return None
    log_odds = logit(curves[0].p)[None, :] + logit(curves[1].p)[:, None] - logit(now)
    return RiskMap(curves[0], curves[1], expit(log_odds))


def tornado(models: RiskModels, kind: EstimateKind, patient: Patient) -> tuple[Swing, ...]:
    """Swings of all variables of a model, the widest first; none if it cannot be given."""
    swings = []
    for variable in variables(models, kind, patient):
        low, high = range_of(variable, ndl=_NDL_SWING)
        ends = [_estimate(models, kind, patient.with_value(variable, v)).p for v in (low, high)]
        if ends[0] is None or ends[1] is None:
            return ()
        swings.append(Swing(variable, label(variable), (low, high), (ends[0], ends[1])))
    return tuple(sorted(swings, key=lambda swing: -swing.width))


@dataclass(frozen=True, slots=True)
class Crossing:
    """Value of one variable, the nearest to the patient's, that puts the risk across a threshold.

    ``rising`` tells whether the variable must rise to it or fall.
    """

    variable: str
    label: str
    value: float
    rising: bool


def crossings(
    models: RiskModels, kind: EstimateKind, patient: Patient, threshold: float
) -> tuple[Crossing, ...]:
    """What single findings would put the risk on the other side of a threshold.

    Within the plausible range of each; the base rate is no finding.  Unknown ones are left out.
    """
    now = _estimate(models, kind, patient).p
    if now is None:
        return ()
    found = []
    for variable in _model(models, kind, patient).variables:
        value, curve = patient.value(variable), risk_curve(models, kind, variable, patient)
        if value is None or curve is None:
            continue
        across = curve.values[(curve.p >= threshold) != (now >= threshold)]
        if not len(across):
            continue
        nearest = float(across[np.abs(across - value).argmin()])
        found.append(Crossing(variable, label(variable), nearest, nearest > value))
    return tuple(found)


def label(variable: str) -> str:
    """Name of a variable or the base rate for the reader."""
    return "Base rate" if variable == BASE_RATE else variable_label(variable)


def _estimate(models: RiskModels, kind: EstimateKind, patient: Patient) -> RiskEstimate:
    model = _model(models, kind, patient)
    return predict(model, patient.clinical, patient.image, patient.base_rate)


def _model(models: RiskModels, kind: EstimateKind, patient: Patient) -> LogisticModel:
    return models_used(models, patient.clinical, patient.image)[kind]


def _grid(variable: str) -> FloatArray:
    low, high = range_of(variable)
    if is_whole(variable):
        return np.arange(low, high + 1)
    return np.linspace(low, high, _POINTS)


def is_whole(variable: str) -> bool:
    """Whether a variable takes whole values only."""
    return variable != BASE_RATE and ALL_VARIABLES[variable].kind in {"integer", "boolean"}


def range_of(variable: str, *, ndl: tuple[float, float] = _NDL_RANGE) -> tuple[float, float]:
    """Lowest and highest value to suppose of a variable or the base rate."""
    if variable == BASE_RATE:
        return _BASE_RATES
    if variable == NDL:
        return ndl
    if ALL_VARIABLES[variable].kind == "boolean":
        return 0, 1
    plausible = ALL_VARIABLES[variable].plausible_range
    if plausible is None:
        raise ValueError(f"{variable} has no range to vary over.")
    return plausible
