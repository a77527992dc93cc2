"""Models that exist already, applied to patients whose outcomes are known."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.cohort.frame import OUTCOME
from core.domain import (
    MODEL_KINDS,
    BoolArray,
    ClinicalFindings,
    FloatArray,
    ImageFindings,
    RiskEstimate,
)
from core.errors import ClinicalDataError
from core.models.card import RiskValidation
from core.report.digits import model_name
from core.risk.clinical_input import read_clinical
from core.risk.estimate import RiskModels, estimate
from core.risk.gcs_alone import gcs_alone
from core.risk.image_variables import IMAGE_VARIABLES
from core.risk.logistic import predict
from core.risk.outcome import EQUATION_D, outcome_model
from core.risk.published import is_lee_2024
from core.risk.variables import VARIABLES
from core.risk.yu2024 import N_PATIENTS
from core.stats.calibration_curve import CalibrationBin, calibration_curve
from core.stats.decision_curve import DecisionCurve, decision_curve
from core.stats.proportion import wilson_interval
from core.stats.roc import roc_points
from core.study.design import LEAST_PER_CLASS
from core.study.patients import known_outcome
from core.study.validation import validate

Rule = Literal["outcome", "image", "clinical", "integrated", "gcs_terms", "equation_d"]

_BINS = 5  # as many as a hundred patients bear
_THRESHOLDS = np.linspace(0.01, 0.6, 60)


@dataclass(frozen=True, slots=True)
class Share:
    """``successes`` of ``n`` patients; without any patient it has no value and no interval."""

    successes: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, in [0, 1]."""
        return self.successes / self.n if self.n else None

    @property
    def ci95(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval."""
        return wilson_interval(self.successes, self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What "risk >= threshold" was worth as a test for expansion."""

    sensitivity: Share
    specificity: Share
    ppv: Share
    npv: Share


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """Risks (n,) against outcomes (n,): in numbers and as three curves.

    ``roc`` is (2, points): 1 - specificity and sensitivity.
    """

    outcome: BoolArray
    risk: FloatArray
    numbers: RiskValidation
    roc: FloatArray
    calibration: tuple[CalibrationBin, ...]
    decision: DecisionCurve

    def at(self, threshold: float) -> Accuracy:
        """Accuracy of a threshold on the risk."""
        flagged = self.risk >= threshold
        return Accuracy(
            sensitivity=_share(flagged[self.outcome]),
            specificity=_share(~flagged[~self.outcome]),
            ppv=_share(self.outcome[flagged]),
            npv=_share(~self.outcome[~flagged]),
        )


@dataclass(frozen=True, slots=True)
class RuleValidation:
    """One rule on the patients it gives a risk; ``unscored`` counts the others by the reason.

    Without a ``performance`` there is a ``reason``.
    """

    name: str
    source: str
    scored: int
    unscored: Mapping[str, int]
    performance: Performance | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ExternalValidation:
    """The rules on the ``patients`` with a known outcome; each by its name in the code."""

    patients: int
    expanded: int
    outcome_unknown: int
    base_rate: float
    rules: dict[Rule, RuleValidation]


def validate_models(
    frame: pd.DataFrame, models: RiskModels, base_rate: float
) -> ExternalValidation:
    """Models as the app applies them, on the patients of a cohort frame whose outcome is known.

    The outcome-based risk is one of them where any patient has an L5; equation D stands beside them
    where any has the CT signs that it needs.  Where the published clinical model can score nobody,
    its GCS terms alone stand in.

    Raises
    ------
    ClinicalDataError
        No patient has a known outcome.
    """
    known = frame[known_outcome(frame)]
    outcome = known[OUTCOME].to_numpy(dtype=np.bool_)
    patients = known.to_dict("records")
    findings = [(_clinical(patient), _image(patient)) for patient in patients]
    answers = _by_models(findings, models, base_rate)
    if any(image.l5_hu is not None for _, image in findings):
        answers = {"outcome": _by_outcome_models(findings, base_rate), **answers}
    if is_lee_2024(models.clinical) and not any(given.p for given in answers["clinical"].given):
        answers |= _by_gcs_terms(findings, base_rate)
    if any(image.irregular is not None and image.blend is not None for _, image in findings):
        given = [predict(EQUATION_D, *known, base_rate) for known in findings]
        answers["equation_d"] = _Answers("Equation D", EQUATION_D.source, given)
    return ExternalValidation(
        len(known),
        int(outcome.sum()),
        len(frame) - len(known),
        base_rate,
        {rule: _validated(answer, outcome) for rule, answer in answers.items()},
    )


@dataclass(frozen=True, slots=True)
class _Answers:
    """What one rule says of each patient: a risk, or the reason for none."""

    name: str
    source: str
    given: Sequence[RiskEstimate]


_Findings = Sequence[tuple[ClinicalFindings, ImageFindings]]


def _by_models(findings: _Findings, models: RiskModels, base_rate: float) -> dict[Rule, _Answers]:
    risks = [estimate(image, clinical, models, base_rate) for clinical, image in findings]
    return {
        kind: _Answers(
            model_name(kind),
            getattr(models, kind).source,
            [risk.estimates[place] for risk in risks],
        )
        for place, kind in enumerate(MODEL_KINDS)
    }


def _by_outcome_models(findings: _Findings, base_rate: float) -> _Answers:
    """The app's own answer: of each patient the equation that suits what is known."""
    models = [outcome_model(*known) for known in findings]
    counts = Counter(
        model.equation.name
        for model, (_, image) in zip(models, findings, strict=True)
        if image.l5_hu is not None
    )
    each = ", ".join(f"{name} for {count}" for name, count in sorted(counts.items()))
    return _Answers(
        model_name("outcome"),
        f"Equation {each} of the patients, fitted to outcomes of {N_PATIENTS} others (Yu 2024)",
        [predict(model, *known, base_rate) for model, known in zip(models, findings, strict=True)],
    )


def _by_gcs_terms(findings: _Findings, base_rate: float) -> dict[Rule, _Answers]:
    """The rule of the GCS terms, none where nobody's GCS is known."""
    model = gcs_alone()
    given = [predict(model, *known, base_rate) for known in findings]
    if not any(risk.p for risk in given):
        return {}
    return {"gcs_terms": _Answers("GCS terms of Clinical-to-HE", model.source, given)}


def _validated(answers: _Answers, outcome: BoolArray) -> RuleValidation:
    scored = np.array([given.p is not None for given in answers.given])
    risk = np.array([given.p for given in answers.given if given.p is not None], np.float64)
    unscored = Counter(given.reason for given in answers.given if given.reason is not None)
    performance, reason = None, None
    try:
        performance = _performance(answers.name, outcome[scored], risk)
    except ClinicalDataError as error:
        reason = error.message
    return RuleValidation(
        answers.name, answers.source, len(risk), dict(unscored.most_common()), performance, reason
    )


def _performance(name: str, outcome: BoolArray, risk: FloatArray) -> Performance:
    rarer = min(int(outcome.sum()), int((~outcome).sum()))
    if rarer < LEAST_PER_CLASS:
        raise ClinicalDataError(
            f"{rarer} scored patients have the rarer outcome, at least {LEAST_PER_CLASS} expected.",
            "Collect more patients, or fill in what the model needs.",
        )
    return Performance(
        outcome,
        risk,
        validate(outcome.astype(np.float64), risk, model=name, patients="this table"),
        roc_points(outcome, risk),
        calibration_curve(outcome, risk, n_bins=_BINS),
        decision_curve(outcome, risk, _THRESHOLDS),
    )


def _clinical(patient: Mapping[Any, Any]) -> ClinicalFindings:
    return read_clinical({name: _known(patient, name) for name in VARIABLES})


def _image(patient: Mapping[Any, Any]) -> ImageFindings:
    return ImageFindings(**{name: _known(patient, name) for name in IMAGE_VARIABLES})


def _known(patient: Mapping[Any, Any], name: str) -> Any:
    """Value of a patient's column, None where it is unknown or there is no such column."""
    value = patient.get(name)
    return None if pd.isna(value) else value


def _share(flags: BoolArray) -> Share:
    return Share(int(flags.sum()), len(flags))
