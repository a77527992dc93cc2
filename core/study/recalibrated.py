"""A released model's risk models recalibrated to a site's cohort, as a model folder."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from core.cohort.frame import OUTCOME
from core.models.card import ModelCard, RiskValidation
from core.models.integrity import sha256
from core.models.release import release_with_other_risk
from core.report.provenance import RESEARCH_USE
from core.risk.estimate import RiskModels
from core.risk.logistic import LogisticModel
from core.risk.recalibrate import METHODS, Method, recalibrate, risks
from core.risk.risk_json import RISK, read_risk_models
from core.stats.calibration_curve import CalibrationBin, calibration_curve
from core.study.design import TEST, TRAIN, refuse_few, split_of
from core.study.new_model import NewModel, Site, read_released, site_card
from core.study.patients import Patients, patients_of_split, patients_with_outcome
from core.study.validation import validate_on

RECALIBRATION = "recalibration.json"
SCHEMA = "hescope-recalibration/1"
_BINS = 5  # of about twenty test patients each, in a cohort as large as the paper's


@dataclass(frozen=True, slots=True)
class OnTest:
    """What a model's risks are worth on the test patients."""

    validation: RiskValidation
    curve: tuple[CalibrationBin, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One recalibrated model, and what recalibration did to its risks."""

    model: LogisticModel
    intercept_change: float
    slope: float
    before: OnTest
    after: OnTest


def recalibrate_site_model(site: Site, new: NewModel, method: Method) -> ModelCard:
    """Card of a new model folder: the released risk models, recalibrated on the training patients.

    What it did to the risks of the test patients is written beside, as ``recalibration.json``.

    Raises
    ------
    ClinicalDataError
        The table has something to mend, too few patients, or a model does not rank them.
    ModelInvalidError
        The released model was altered.
    UsageError
        The new folder exists or cannot be written to, or the new name is the released one's.
    """
    released = read_released(new)
    models = read_risk_models(new.source / RISK)
    training, test = _training_and_test(site, new)
    changes = {
        place: _change(place, model, training, test, method)
        for place, model in models.by_place().items()
    }
    risk = RiskModels(**{place: change.model for place, change in changes.items()})
    card = site_card(
        released,
        new,
        site,
        risk_models=f"{risk.integrated.source}.",
        validation=tuple(change.after.validation for change in changes.values()),
    )
    document = {RECALIBRATION: _document(changes, site, method)}
    return release_with_other_risk(new.source, new.folder, risk=risk, card=card, documents=document)


def _training_and_test(site: Site, new: NewModel) -> tuple[Patients, Patients]:
    frame, given = patients_with_outcome(site.table, site.plan.definition)
    split = split_of(frame[OUTCOME].astype(bool), given, seed=site.plan.seed)
    refuse_few(frame[OUTCOME].astype("float64"), split)
    return (
        patients_of_split(frame, split, TRAIN, who=site.named(new)),
        patients_of_split(frame, split, TEST, who=site.test_patients(new)),
    )


def _change(
    place: str, model: LogisticModel, training: Patients, test: Patients, method: Method
) -> Change:
    outcome, design = training.known_to(model)
    found = recalibrate(model, outcome, design, method=method, of=training.who)
    return Change(
        found.model,
        found.intercept_change,
        found.slope,
        before=_on_test(place, model, test),
        after=_on_test(place, found.model, test),
    )


def _on_test(place: str, model: LogisticModel, test: Patients) -> OnTest:
    outcome, design = test.known_to(model)
    return OnTest(
        validate_on(test, place, model),
        calibration_curve(outcome, risks(model, design), n_bins=_BINS),
    )


def _document(changes: Mapping[str, Change], site: Site, method: Method) -> str:
    document = {
        "schema": SCHEMA,
        "research_use": RESEARCH_USE,
        "simulated": site.table.simulated,
        "method": METHODS[method],
        "cohort_sha256": sha256(site.table.path),
        "models": {
            place: {
                "training_patients": change.model.n_patients,
                "training_expansions": change.model.n_events,
                "intercept_change": change.intercept_change,
                "slope": change.slope,
                "before": asdict(change.before),
                "after": asdict(change.after),
            }
            for place, change in changes.items()
        },
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"
