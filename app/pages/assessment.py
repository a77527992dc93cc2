"""What is this hematoma, and how likely will it expand?"""

import streamlit as st

from app import session
from app.loaded_model import loaded_model
from app.opening import Handed, OpenStudy, open_study
from app.widgets.assess_progress import assess_progress
from app.widgets.base_rate import base_rate_slider
from app.widgets.clinical_form import context_fields, model_fields
from app.widgets.contributions import contributions
from app.widgets.forest_plot import forest_plot
from app.widgets.notices import show_error, show_findings
from app.widgets.probability_panel import probability_panel
from app.widgets.slice_viewer import slice_viewer
from app.widgets.study_source import study_source
from app.widgets.study_summary import measures, study_line
from core.errors import ClinicalDataError, HescopeError
from core.models.folder import Model
from core.risk.clinical_input import implausible, read_clinical
from core.risk.estimate import estimate


def choose_study() -> None:
    st.html(
        '<div class="he-start"><h1>Will this hemorrhage grow?</h1><p>Open the baseline '
        "non-contrast head CT of an acute intracerebral hemorrhage. HEscope outlines the hematoma "
        "and estimates the probability of its expansion: from the image, from bedside findings, "
        "and from both.</p></div>"
    )
    below = st.container()
    handed = session.take_first_study() or study_source()
    if handed:
        with below:
            assess_handed(handed)


def assess_handed(handed: Handed) -> None:
    try:
        with assess_progress() as progress:
            opened = open_study(handed, loaded_model(), progress)
    except HescopeError as error:
        show_error(error)
    else:
        session.open_study(opened)
        st.rerun()


@st.fragment
def what_if(study: OpenStudy, model: Model) -> None:
    panel = st.container()
    entered = model_fields(study.clinical)
    base_rate = base_rate_slider(model.risk.integrated.base_rate)
    entered |= context_fields(study.clinical)
    with panel:
        try:
            clinical = read_clinical(entered)
        except ClinicalDataError as error:
            show_error(error)
            return
        risk = estimate(study.assessment.ndl, clinical, model.risk, base_rate)
        probability_panel(risk, model.card)
        show_findings(implausible(clinical))
    with st.expander("Why: contributions of this patient's findings"):
        contributions(risk)


def show_study(study: OpenStudy, model: Model) -> None:
    whose, another = st.columns([6, 1], vertical_alignment="center")
    with whose:
        study_line(study)
    another.button("Open another study", on_click=session.close_study, width="stretch")
    viewer, answers = st.columns([5, 6], gap="medium")
    with viewer:
        slice_viewer(session.study_key("viewer"), study.assessment)
        show_findings(study.assessment.findings)
    with answers:
        measures(study.assessment)
        what_if(study, model)
        with st.expander("Odds ratios of the models"):
            forest_plot(model.risk)


study = session.study()
if study is None:
    choose_study()
    st.stop()
show_study(study, loaded_model())
