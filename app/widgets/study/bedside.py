"""The probabilities, and one part at a time of what lies behind them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from app import session
from app.opening import OpenStudy
from app.widgets.common.kept_choice import kept_choice
from app.widgets.common.notices import band, forbidding, show_error, show_findings
from app.widgets.common.study_summary import measures
from app.widgets.study import clinical_form
from app.widgets.study.accuracy import accuracy
from app.widgets.study.probability_panel import no_probability, probability_panel
from app.widgets.study.rates import rates
from app.widgets.study.report import report
from app.widgets.study.scores import scores
from app.widgets.study.slice_table import slice_table
from app.widgets.study.surface import surface
from app.widgets.study.what_if import WhatIf, risk_of, what_if, what_if_charts, what_if_sliders
from app.widgets.study.why import why
from core.domain import Assessment
from core.errors import ClinicalDataError
from core.models.folder import Model
from core.risk.clinical_input import implausible, read_clinical
from core.risk.whatif import Patient


@dataclass(frozen=True, slots=True, eq=False)
class Bedside:
    """What the parts of the page speak of."""

    study: OpenStudy
    model: Model
    patient: Patient
    threshold: float
    what_if: WhatIf

    @property
    def assessment(self) -> Assessment:
        """The open study's assessment, with the reader's edits."""
        return self.study.assessment


@st.fragment
def bedside(study: OpenStudy, model: Model) -> None:
    """Band, measures, panel, rates and parts; only these run again when a finding changes."""
    clinical_form.prefill(study.clinical)
    panel = st.container(key="panel")
    base_rate, threshold = rates(model.risk.integrated.base_rate)
    with st.container(key="parts"):
        # No st.tabs: its React component takes 20 ms of each change's way to the screen.
        part = _PARTS[kept_choice("Part of the page", list(_PARTS), "part", width="stretch")]
    place = st.container(key="part")
    try:
        clinical = read_clinical(clinical_form.entered())
    except ClinicalDataError as error:
        with panel:
            _show_measures(study.assessment, what_if=False)
            show_error(error)
        with place:
            clinical_form.clinical_form(study.assessment.volume.series.patient)
        return
    before = session.findings() or study.clinical
    session.note_entered(clinical)
    image = replace(study.assessment.image, irregular=clinical_form.irregular())
    patient = Patient(clinical, image, base_rate)
    supposed = what_if(patient) if part is _what_if else WhatIf(patient, patient)
    at = Bedside(study, model, patient, threshold, supposed)
    with panel:  # before the part, for it is waited for
        _show_risk(at)
    with place:
        part(at)
    if session.slice_is_due() or before.onset_to_ct_h != clinical.onset_to_ct_h:
        st.rerun()  # the viewer and the line above it stand outside this fragment


def _show_measures(assessment: Assessment, *, what_if: bool) -> None:
    above = band(assessment, what_if=what_if)
    if above:
        st.html(above)
    with st.container(key="measures"):
        st.html(measures(assessment))


def _show_risk(at: Bedside) -> None:
    shown, baseline = at.patient, None
    if at.what_if.differs:
        shown, baseline = at.what_if.supposed, risk_of(at.what_if.baseline, at.model.risk)
    forbids = forbidding(at.assessment)
    _show_measures(at.assessment, what_if=at.what_if.differs)
    st.html(
        no_probability(forbids)
        if forbids
        else probability_panel(shown, at.model, at.threshold, baseline=baseline)
    )


def _findings(at: Bedside) -> None:
    clinical_form.clinical_form(at.assessment.volume.series.patient)
    show_findings(implausible(at.patient.clinical))


def _what_if(at: Bedside) -> None:
    what_if_sliders(at.what_if.baseline)
    what_if_charts(at.what_if, at.patient, at.model.risk, at.threshold)


def _why(at: Bedside) -> None:
    why(risk_of(at.patient, at.model.risk), at.patient, at.model.risk)


def _accuracy(at: Bedside) -> None:
    accuracy(at.patient, at.model, at.threshold)


def _scores(at: Bedside) -> None:
    scores(at.assessment, at.patient)


def _slices(at: Bedside) -> None:
    slice_table(at.assessment)


def _surface(at: Bedside) -> None:
    surface(at.assessment.segmentation)


def _report(at: Bedside) -> None:
    shown = replace(
        at.assessment,
        clinical=at.patient.clinical,
        risk=risk_of(at.patient, at.model.risk),
        irregular=at.patient.image.irregular,
    )
    report(shown, at.model)


_PARTS: dict[str, Callable[[Bedside], None]] = {
    "Findings": _findings,
    "What-if": _what_if,
    "Why": _why,
    "Accuracy": _accuracy,
    "Scores": _scores,
    "Slices": _slices,
    "3-D": _surface,
    "Report": _report,
}
