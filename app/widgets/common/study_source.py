"""Where an own study comes from: a path on this computer, or an upload."""

from collections.abc import Callable

import streamlit as st

from app import session
from app.opening import Handed
from app.widgets.common.pasted_path import pasted_path

_PATH = "path"

Hand = Callable[[Handed | None], None]
"""Takes what the user hands over, None for an empty field."""


def path_source(hand: Hand = session.hand) -> None:
    """Hands over the path that the user enters."""
    with st.form("path form", border=False):
        st.text_input(
            "Path of a DICOM folder, zip or NIfTI file on this computer",
            placeholder="/data/ct/head",
            key=_PATH,
        )
        st.form_submit_button("Assess this path", on_click=_hand_path, args=(hand,))


def _hand_path(hand: Hand) -> None:
    hand(pasted_path(session.value(_PATH)))


def upload_source(hand: Hand = session.hand) -> None:
    """Hands over the files that the user uploads from the browser."""
    kind = st.segmented_control(
        "Upload", ["Folder", "Zip or NIfTI"], default="Folder", label_visibility="collapsed"
    )
    if kind == "Folder":
        files = st.file_uploader(
            "DICOM folder", accept_multiple_files="directory", label_visibility="collapsed"
        )
    else:
        files = st.file_uploader(
            "Zip or NIfTI file",
            type=["zip", "nii", "gz"],
            accept_multiple_files=True,
            label_visibility="collapsed",
        )
    st.button("Assess the upload", disabled=not files, on_click=hand, args=(files,))
