"""Which of the models on this computer answers."""

from pathlib import Path

import streamlit as st

from app import session
from core.assets import model_folders, own_models


def model_folder_choice(chosen: Path) -> Path:
    """Folder that the reader chose, the newest first; ``chosen`` is the one that answers now."""
    folders = list(dict.fromkeys((*model_folders()[::-1], chosen)))
    own = own_models()
    folder: Path = st.selectbox(
        "Model that answers",
        folders,
        index=folders.index(chosen),
        format_func=lambda folder: f"{folder.name}{' (own)' if folder in own else ''}",
        key="model that answers",
    )
    if session.study():
        st.caption("Another model closes the open study; open it again to have it assessed anew.")
    elif not own:
        st.caption("A hospital's own models, made by `python -m core train risk`, appear here.")
    return folder
