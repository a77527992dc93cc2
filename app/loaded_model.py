"""The model in memory, shared by all browser tabs."""

from pathlib import Path

import streamlit as st

from app import session
from app.widgets.notices import show_error
from core.assets import bundled_model
from core.errors import ModelInvalidError
from core.models.engine import DeviceName, choose_runtime, described
from core.models.folder import Model, load_model


def chosen_model() -> Path:
    """Folder of the model that this tab chose, else of the bundled one."""
    return session.model_folder() or bundled_model()


def loaded_model(folder: Path | None = None) -> Model:
    """Model of a folder, or the chosen one, on the best device of this computer.

    Raises
    ------
    ModelInvalidError
        A file is missing, was altered, or does not fit this version.
    """
    return _load(folder or chosen_model(), "auto")


def answering_model() -> Model:
    """The chosen model; the page ends here, with the reason, if it cannot be loaded."""
    try:
        return loaded_model()
    except ModelInvalidError as error:
        show_error(error)
        st.stop()


def device_in_words() -> str:
    """Device on which networks run here, and their arithmetic."""
    return described(choose_runtime("auto"))


@st.cache_resource(max_entries=2, show_spinner="Loading the model")
def _load(folder: Path, device: DeviceName) -> Model:
    return load_model(folder, choose_runtime(device))
