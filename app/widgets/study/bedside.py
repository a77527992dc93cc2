"""The probabilities, and one part at a time of what lies behind them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import session
from app.opening import OpenStudy
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
    panel: DeltaGenerator

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
    part = _PARTS[_chosen_part()]
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
    at = Bedside(study, model, Patient(clinical, image, base_rate), threshold, panel)
    # The panel before the part, for it is waited for.
    _show_risk(at, what_if(at.patient) if part is _what_if else None)
    with place:
        part(at)
    if session.slice_is_due() or before.onset_to_ct_h != clinical.onset_to_ct_h:
        st.rerun()  # the viewer and the line above it stand outside this fragment


def _chosen_part() -> str:
    """Name of the part to show.

    No ``st.tabs``: its React component takes 20 ms of each change's way to the screen.
    """
    key = session.choice_key("part")
    session.prefill(key, next(iter(_PARTS)))
    with st.container(key="parts"):
        chosen = st.segmented_control(
            "Part of the page",
            list(_PARTS),
            required=True,
            key=key,
            persist_state="session",
            label_visibility="collapsed",
            width="stretch",
        )
    return cast(str, chosen)  # never None: required, and prefilled


def _show_measures(assessment: Assessment, *, what_if: bool) -> None:
    above = band(assessment, what_if=what_if)
    if above:
        st.html(above)
    with st.container(key="measures"):
        st.html(measures(assessment))


def _show_risk(at: Bedside, instead: WhatIf | None) -> None:
    shown, baseline = at.patient, None
    if instead and instead.differs:
        shown, baseline = instead.supposed, risk_of(instead.baseline, at.model.risk)
    forbids = forbidding(at.assessment)
    with at.panel:
        _show_measures(at.assessment, what_if=baseline is not None)
        st.html(
            no_probability(forbids)
            if forbids
            else probability_panel(shown, at.model, at.threshold, baseline=baseline)
        )


def _findings(at: Bedside) -> None:
    clinical_form.clinical_form(at.assessment.volume.series.patient)
    show_findings(implausible(at.patient.clinical))


def _what_if(at: Bedside) -> None:
    shown = what_if(at.patient)
    what_if_sliders(shown.baseline)
    what_if_charts(shown, at.patient, at.model.risk, at.threshold)


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
