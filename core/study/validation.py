"""Discrimination and calibration of risks, as a model card keeps them."""

from core.domain import FloatArray
from core.models.card import RiskValidation
from core.risk.logistic import LogisticModel
from core.risk.recalibrate import risks
from core.stats.calibration import measure_calibration
from core.stats.delong import auc_with_interval
from core.study.patients import Patients


def validate(outcome: FloatArray, risk: FloatArray, *, model: str, patients: str) -> RiskValidation:
    """Validation of a model's risks (n,) by outcomes (n,) of 0 and 1."""
    auc, calibration = auc_with_interval(outcome, risk), measure_calibration(outcome, risk)
    return RiskValidation(
        model,
        patients,
        n=len(outcome),
        events=int(outcome.sum()),
        auc=auc.auc,
        auc_ci95=auc.ci95,
        intercept=calibration.intercept,
        intercept_ci95=calibration.intercept_ci95,
        slope=calibration.slope,
        slope_ci95=calibration.slope_ci95,
        brier=calibration.brier,
    )


def validate_on(patients: Patients, place: str, model: LogisticModel) -> RiskValidation:
    """Validation of the model in a place of ``RiskModels`` on the patients it knows enough of."""
    outcome, design = patients.known_to(model)
    return validate(outcome, risks(model, design), model=place, patients=patients.who)
