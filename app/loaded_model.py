"""The model in memory, shared by all browser tabs."""

from pathlib import Path

import streamlit as st

from core.assets import bundled_model
from core.models.engine import DeviceName, choose_runtime, described
from core.models.folder import Model, load_model


def loaded_model() -> Model:
    """The bundled model on the best device of this computer; raises ModelInvalidError."""
    return _load(bundled_model(), "auto")


def device_in_words() -> str:
    """Device on which networks run here, and their arithmetic."""
    return described(choose_runtime("auto"))


@st.cache_resource(max_entries=2, show_spinner="Loading the model")
def _load(folder: Path, device: DeviceName) -> Model:
    return load_model(folder, choose_runtime(device))
