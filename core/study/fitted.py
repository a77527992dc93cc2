"""The three models fitted to a site's cohort, as a model folder."""

from dataclasses import replace

import numpy as np

from core.domain import ModelKind
from core.models.card import ModelCard
from core.models.release import release_with_other_risk
from core.risk.estimate import RiskModels
from core.risk.logistic import LogisticModel
from core.risk.published import LEE_2024
from core.stats.logistic_fit import LogisticFit
from core.study.analysis import Analysis, analyse
from core.study.design import TERMS, TEST
from core.study.new_model import NewModel, Site, read_released, site_card
from core.study.patients import patients_of_split, patients_with_outcome
from core.study.validation import validate_on

_FIBRINOGEN = "fibrinogen_mg_dl"
_PUBLISHED_TERMS = {term.name: term for term in LEE_2024.integrated.terms}


def fit_site_model(site: Site, new: NewModel) -> ModelCard:
    """Card of a new model folder: the three models on the training patients, tested on the others.

    Raises
    ------
    ClinicalDataError
        The table has something to mend, too few patients, or a model cannot be fitted.
    ModelInvalidError
        The released model was altered.
    UsageError
        The new folder exists or cannot be written to, or the new name is the released one's.
    """
    released = read_released(new)
    frame, split = patients_with_outcome(site.table, site.plan.definition)
    analysis = analyse(frame, split, site.plan)
    risk = fitted_risk_models(analysis, site.named(new))
    test = patients_of_split(frame, analysis.split, TEST, who=site.test_patients(new))
    warnings = dict.fromkeys(f.message for fit in analysis.fits.values() for f in fit.findings)
    card = site_card(
        released,
        new,
        site,
        risk_models=" ".join((f"{risk.integrated.source}.", *warnings)),
        validation=tuple(validate_on(test, *placed) for placed in risk.by_place().items()),
    )
    return release_with_other_risk(new.source, new.folder, risk=risk, card=card)


def fitted_risk_models(analysis: Analysis, of: str) -> RiskModels:
    """The three models of an analysis, and two without fibrinogen for patients who lack it.

    of: whose patients they were fitted to, as every source says after the counts.
    """
    fits = analysis.fits
    without = f"{of}, without fibrinogen"
    return RiskModels(
        image=centred("image", fits["image"], of),
        clinical=centred("clinical", fits["clinical"], of),
        integrated=centred("integrated", fits["integrated"], of),
        clinical_without_fibrinogen=centred(
            "clinical", _without_fibrinogen(analysis, "clinical"), without
        ),
        integrated_without_fibrinogen=centred(
            "integrated", _without_fibrinogen(analysis, "integrated"), without
        ),
    )


def centred(kind: ModelKind, fit: LogisticFit, of: str) -> LogisticModel:
    """A fit as a model that gives the same risks, measured from the published reference patient.

    62 years, GCS 13-15, fibrinogen 325 mg/dL, nDL 20: not the cohort's own medians, so that the
    contributions in a site's model can be read beside those in the published one.  The intercept
    becomes that patient's log-odds, r' b with r = (1, references), and the covariance follows.
    """
    terms = tuple(
        replace(_PUBLISHED_TERMS[name], coefficient=float(coefficient))
        for name, coefficient in zip(fit.names, fit.coefficients[1:], strict=True)
    )
    to_centred = np.eye(1 + len(terms))
    to_centred[0, 1:] = [term.reference for term in terms]
    return LogisticModel(
        kind=kind,
        intercept=float(to_centred[0] @ fit.coefficients),
        terms=terms,
        covariance=to_centred @ fit.covariance @ to_centred.T,
        base_rate=fit.events / fit.n,
        source=f"Fitted to {fit.n} patients ({fit.events} expansions) of {of}",
        n_patients=fit.n,
        n_events=fit.events,
    )


def _without_fibrinogen(analysis: Analysis, kind: ModelKind) -> LogisticFit:
    return analysis.training.fit([term for term in TERMS[kind] if term != _FIBRINOGEN])
