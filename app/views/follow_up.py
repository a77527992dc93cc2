"""How much did the hematoma grow?"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from app import session, shared
from app.audit import note_outline
from app.loaded_model import answering_model
from app.opening import Handed, Opening, OpenStudy, Wanted, open_study
from app.widgets.common.notices import show_error
from app.widgets.common.series_choice import ask
from app.widgets.common.study_source import path_source, upload_source
from app.widgets.common.study_summary import study_line
from app.widgets.common.wait import wait
from app.widgets.follow_up.growth import growth_answer, growth_files
from app.widgets.slice_viewer import slice_viewer
from app.widgets.study.clinical_form import irregular
from core.domain import NOTHING_ASKED, Asked, Assessment, BoolArray
from core.errors import HescopeError, TwoPatientsError, UsageError
from core.follow_up import compare
from core.models.folder import Model
from core.progress import Cancelled
from core.risk.estimate import estimate

_OPENING = session.study_key("follow-up opening")
_STOPPED = session.study_key("follow-up stopped")


def choose_follow_up(model: Model) -> None:
    st.html(
        '<div class="he-home"><h1>How much did the hematoma grow?</h1><p>Open a later CT of the '
        "patient whose study is open. HEscope outlines the hematoma on it too, and says whether it "
        "expanded: by at least 6 mL or 33 %, as in the paper.</p></div>"
    )
    progress = st.container()
    by_path, by_upload = st.columns(2)
    with by_path.container(border=True, height="stretch"):
        path_source(partial(open_follow_up, model))
    with by_upload.container(border=True, height="stretch"):
        upload_source(partial(open_follow_up, model))
    with progress:
        await_follow_up()
        stopped: tuple[HescopeError, Wanted] | None = session.value(_STOPPED)
        if stopped:
            ask(*stopped, partial(open_follow_up, model))


def open_follow_up(model: Model, handed: Handed | None, asked: Asked = NOTHING_ASKED) -> None:
    session.set_value(_STOPPED, None)
    if handed:
        ticket = shared.queue().submit(partial(open_study, handed, model, asked=asked))
        session.set_value(_OPENING, Opening(ticket, Wanted(handed, asked)))


def await_follow_up() -> None:
    opening: Opening | None = session.value(_OPENING)
    if opening is None:
        return
    try:
        opened = wait(opening.ticket)
    except Cancelled:
        session.set_value(_OPENING, None)
        return
    except HescopeError as error:
        session.set_value(_OPENING, None)
        session.set_value(_STOPPED, (error, opening.wanted))
        return
    session.set_value(_OPENING, None)
    session.set_follow_up(opened)
    st.rerun()


def viewer(name: str, study: OpenStudy, model: Model, keep: Callable[[OpenStudy], None]) -> None:
    def noted(outlined: OpenStudy) -> None:
        keep(outlined)
        note_outline(outlined.assessment)

    def measure_anew(mask: BoolArray) -> None:
        noted(shared.queue().do(lambda _: study.outlined(mask, model)))

    study_line(study, with_onset=False, name=name)
    slice_viewer(
        session.study_key(f"{name} viewer"),
        study,
        presenter=session.presenter(),
        on_mask=measure_anew,
        on_reset=lambda: noted(study.as_by_networks()),
    )


def as_entered(study: OpenStudy, model: Model) -> Assessment:
    """The study with the risk by what stood in its form."""
    clinical, made = session.findings() or study.clinical, study.assessment
    image = replace(made.image, irregular=irregular())
    risk = estimate(image, clinical, model.risk)
    return replace(made, clinical=clinical, irregular=image.irregular, risk=risk)


baseline = session.study()
if baseline is None:
    st.html(
        '<div class="he-home"><h1>How much did the hematoma grow?</h1><p>First open, on the page '
        "Home, the baseline CT; then, here, a later CT of the same patient.</p></div>"
    )
    st.stop()
model = answering_model()
follow_up = session.follow_up()
if follow_up is None:
    choose_follow_up(model)
    st.stop()
answered, files = st.columns([8, 2])
with files:
    st.button(
        "Open another follow-up", width="stretch", on_click=session.set_follow_up, args=(None,)
    )
try:
    found = compare(
        as_entered(baseline, model),
        follow_up.assessment,
        same_patient=session.same_patient(),
    )
except UsageError as error:
    with answered:
        show_error(error)
        if isinstance(error, TwoPatientsError):
            st.button("Both are of one patient", on_click=session.confirm_same_patient)
    st.stop()
with answered:
    growth_answer(found)
with files:
    growth_files(found)
with st.container(key="follow-up"):
    left, right = st.columns(2)
    with left:
        viewer("Baseline", baseline, model, session.change_study)
    with right:
        viewer("Follow-up", follow_up, model, session.set_follow_up)
