"""Where a study comes from: the bundled example, a path on this computer, or an upload."""

from pathlib import Path

import streamlit as st

from app.opening import Handed
from core.assets import EXAMPLES


def study_source() -> Handed | None:
    """Study that the user has just handed over, None while there is none."""
    example, path, upload = st.columns(3)
    with example.container(border=True, height="stretch"):
        from_example = _example()
    with path.container(border=True, height="stretch"):
        from_path = _path()
    with upload.container(border=True, height="stretch"):
        from_upload = _upload()
    return from_example or from_path or from_upload


def _example() -> Path | None:
    st.markdown("**Look around**")
    st.caption("A simulated head CT with a hematoma and its clinical findings.")
    examples = sorted(folder for folder in EXAMPLES.iterdir() if folder.is_dir())
    if not examples:
        st.caption("No example came with this installation.")
        return None
    chosen = examples[0]
    if len(examples) > 1:
        chosen = st.selectbox(
            "Example", examples, format_func=lambda folder: folder.name.replace("-", " ")
        )
    return chosen if st.button("Assess the example", type="primary") else None


def _path() -> Path | None:
    st.markdown("**Open from this computer**")
    with st.form("path", border=False):
        entered = st.text_input(
            "Path of a DICOM folder, zip or NIfTI file", placeholder="/data/ct/head"
        )
        submitted = st.form_submit_button("Assess this path")
    # Explorer's "Copy as path" adds quotation marks.
    return Path(entered.strip().strip('"')) if submitted and entered.strip() else None


def _upload() -> Handed | None:
    st.markdown("**Upload**")
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
