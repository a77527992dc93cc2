"""What is this hematoma, and how likely will it expand?"""

import streamlit as st

from app import session, shared
from app.audit import note_outline
from app.loaded_model import answering_model
from app.opening import OpenStudy
from app.widgets.common.study_summary import study_line
from app.widgets.slice_viewer import Goto, slice_viewer
from app.widgets.study.bedside import bedside
from app.widgets.study.view_menu import view_menu
from core.domain import BoolArray
from core.models.folder import Model


def whose_study(study: OpenStudy) -> None:
    whose, view, another = st.columns([8, 1, 1.6], vertical_alignment="center")
    with whose:
        study_line(study)
    with view:
        view_menu()
    another.button("Open another study", width="stretch", on_click=session.close_study)


@st.fragment
def viewer(study: OpenStudy, model: Model) -> None:
    def measure_anew(mask: BoolArray) -> None:
        keep(shared.queue().do(lambda _: study.outlined(mask, model)))

    def keep(outlined: OpenStudy) -> None:
        session.change_study(outlined)
        note_outline(outlined.assessment)

    asked = session.goto_slice()
    slice_viewer(
        session.study_key("viewer"),
        study,
        goto=None if asked is None else Goto(asked, session.goto_requests()),
        presenter=session.presenter(),
        on_mask=measure_anew,
        on_reset=lambda: keep(study.as_by_networks()),
    )
    session.note_shown()
    if session.study() is not study:
        st.rerun()  # volume and probabilities stand outside this fragment


study = session.study()
if study is None:
    st.switch_page("views/home.py")
    st.stop()
model = answering_model()
whose_study(study)
left, right = st.columns([10, 11], gap="medium")
with left, st.container(key="viewer"):
    viewer(study, model)
with right, st.container(key="bedside"):
    bedside(study, model)
