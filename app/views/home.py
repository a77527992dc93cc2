"""Which study?"""

from functools import partial
from pathlib import Path

import streamlit as st

from app import recent, session, shared
from app.choosing import ChoiceNeededError
from app.loaded_model import loaded_model
from app.opening import Opening, Wanted, open_study
from app.widgets.common.notices import show_error
from app.widgets.common.series_choice import ask
from app.widgets.common.study_source import path_source, upload_source
from app.widgets.common.wait import wait
from app.widgets.home.example_cards import example_cards
from app.widgets.home.recent_list import recent_list
from app.widgets.home.status import status
from core.errors import HescopeError, UnderAgeError
from core.progress import Cancelled


def choose_study() -> None:
    st.html(
        '<div class="he-home"><h1>Will this hemorrhage grow?</h1><p>Open the baseline '
        "non-contrast head CT of an acute intracerebral hemorrhage. HEscope outlines the hematoma "
        "and estimates the probability that it expands: from the image, from bedside findings, "
        "and from both.</p></div>"
    )
    progress = st.container()
    st.html('<h2 class="he-h2">See it at work on a simulated patient</h2>')
    example_cards()
    st.html('<h2 class="he-h2">Open your own study</h2>')
    by_path, by_upload = st.columns(2)
    with by_path.container(border=True, height="stretch"):
        path_source()
        recent_list()
    with by_upload.container(border=True, height="stretch"):
        upload_source()
    status()
    wanted = session.wanted()
    with progress:
        if wanted:
            queue_up(wanted)
            session.hand(None)
        opening = session.opening()
        if opening:
            await_study(opening)
        question = session.question()
        if question:
            ask(*question)


def queue_up(wanted: Wanted) -> None:
    try:
        work = partial(open_study, wanted.handed, loaded_model(), asked=wanted.asked)
    except HescopeError as error:
        show_error(error)
        return
    session.expect_study(Opening(shared.queue().submit(work), wanted))


def await_study(opening: Opening) -> None:
    try:
        opened = wait(opening.ticket)
    except Cancelled:
        session.expect_study(None)
        return
    except (ChoiceNeededError, UnderAgeError) as error:
        session.expect_study(None)
        session.put_question(error, opening.wanted)
        return
    except HescopeError as error:
        session.expect_study(None)
        show_error(error)
        return
    session.expect_study(None)
    handed = opening.wanted.handed
    if isinstance(handed, Path) and opened.example is None:
        recent.remember(handed)
    session.open_study(opened)
    st.switch_page("views/assessment.py")


choose_study()
