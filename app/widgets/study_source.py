"""Where an own study comes from: a path on this computer, or an upload."""

from pathlib import Path

import streamlit as st

from app.opening import Handed
from app.widgets.pasted_path import pasted_path


def path_source() -> Path | None:
    """Path that the user has just entered, None while there is none."""
    with st.form("path", border=False):
        entered = st.text_input(
            "Path of a DICOM folder, zip or NIfTI file on this computer",
            placeholder="/data/ct/head",
        )
        submitted = st.form_submit_button("Assess this path")
    return pasted_path(entered) if submitted else None


def upload_source() -> Handed | None:
    """Files that the user has just handed over in the browser, None while there are none."""
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
    return files if st.button("Assess the upload", disabled=not files) and files else None
