"""Which study?"""

from pathlib import Path

import streamlit as st

from app import recent, session
from app.loaded_model import loaded_model
from app.opening import Handed, open_study
from app.widgets.assess_progress import assess_progress
from app.widgets.example_cards import example_cards
from app.widgets.notices import show_error
from app.widgets.recent_list import recent_list
from app.widgets.status import status
from app.widgets.study_source import path_source, upload_source
from core.errors import HescopeError


def choose_study() -> None:
    st.html(
        '<div class="he-home"><h1>Will this hemorrhage grow?</h1><p>Open the baseline '
        "non-contrast head CT of an acute intracerebral hemorrhage. HEscope outlines the hematoma "
        "and estimates the probability that it expands: from the image, from bedside findings, "
        "and from both.</p></div>"
    )
    progress = st.container()
    st.html('<h2 class="he-h2">See it at work on a simulated patient</h2>')
    example = example_cards()
    st.html('<h2 class="he-h2">Open your own study</h2>')
    by_path, by_upload = st.columns(2)
    with by_path.container(border=True, height="stretch"):
        path = path_source() or recent_list()
    with by_upload.container(border=True, height="stretch"):
        upload = upload_source()
    status()
    handed = session.take_first_study() or example or path or upload
    if handed:
        with progress:
            assess_handed(handed)


def assess_handed(handed: Handed) -> None:
    try:
        with assess_progress() as progress:
            opened = open_study(handed, loaded_model(), progress)
    except HescopeError as error:
        show_error(error)
        return
    if isinstance(handed, Path) and opened.example is None:
        recent.remember(handed)
    session.open_study(opened)
    st.switch_page("views/assessment.py")


choose_study()
