"""What is this hematoma, and how likely will it expand?"""

import streamlit as st

from app import session
from app.loaded_model import loaded_model
from app.opening import OpenStudy
from app.widgets.bedside import bedside
from app.widgets.notices import show_findings
from app.widgets.slice_viewer import slice_viewer
from app.widgets.study_summary import measures, study_line


@st.fragment
def viewer(study: OpenStudy) -> None:
    slice_viewer(session.study_key("viewer"), study.assessment)


def whose_study(study: OpenStudy) -> None:
    whose, another = st.columns([6, 1], vertical_alignment="center")
    with whose:
        study_line(study)
    if another.button("Open another study", width="stretch"):
        session.close_study()
        st.switch_page("pages/home.py")


study = session.study()
if study is None:
    st.switch_page("pages/home.py")
    st.stop()
whose_study(study)
left, right = st.columns([10, 11], gap="medium")
with left:
    viewer(study)
    show_findings(study.assessment.findings)
with right:
    measures(study.assessment)
    bedside(study, loaded_model())
