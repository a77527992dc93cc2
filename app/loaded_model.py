"""The model in memory, shared by all browser tabs."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import streamlit as st

from app import session
from app.widgets.common.notices import show_error
from core.ahead import FILES, GRAD_CAM, import_ahead
from core.assets import bundled_model
from core.errors import ModelInvalidError
from core.models.folder import Model, load_model
from core.models.runtime import EngineName, choose_runtime, described
from core.queue import let_the_screen_go_first


def chosen_model() -> Path:
    """Folder of the model that this tab chose, else of the bundled one."""
    return session.model_folder() or bundled_model()


def loaded_model(folder: Path | None = None) -> Model:
    """Model of a folder, or the chosen one, on the engine that this tab chose.

    Raises
    ------
    ModelInvalidError
        A file is missing, was altered, or does not fit this version.
    """
    return _load(folder or chosen_model(), session.engine())


def answering_model() -> Model:
    """The chosen model; the page ends here, with the reason, if it cannot be loaded."""
    try:
        return loaded_model()
    except ModelInvalidError as error:
        show_error(error)
        st.stop()


def device_in_words() -> str:
    """Device and engine on which networks run here, and their arithmetic."""
    return described(choose_runtime("auto", session.engine()))


def warm_up() -> None:
    """Load the bundled model and Grad-CAM while the user chooses a study; for a thread.

    The engine's threads let the screen go first.  A page that waits for another model loads it as
    fast as it can.
    """
    import_ahead(GRAD_CAM, *FILES)
    with (
        suppress(ModelInvalidError),  # whoever wants it is told why
        ThreadPoolExecutor(1, "loading", let_the_screen_go_first) as loading,
    ):
        loading.submit(_load, bundled_model(), "auto").result()


@st.cache_resource(max_entries=2, show_spinner="Loading the model")
def _load(folder: Path, engine: EngineName) -> Model:
    return load_model(folder, choose_runtime("auto", engine))
