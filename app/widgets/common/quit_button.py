"""The way out, where HEscope runs as a desktop program."""

import json
import os

import streamlit as st

from app import session
from app.launch.door import farewell
from app.launch.lifetime import end_server
from app.settings import DESKTOP_VARIABLE

_FAREWELL = "farewell"


def quit_button() -> None:
    """Button that ends HEscope for all its tabs; none where a developer's terminal does."""
    if DESKTOP_VARIABLE not in os.environ:
        return
    with st.container(key="quit"):
        st.button(
            "Quit",
            icon=":material/power_settings_new:",
            help="Ends HEscope in all tabs.",
            on_click=_end,
        )
        leave = session.value(_FAREWELL)
        if leave:
            script = f"<script>location.replace({json.dumps(leave)})</script>"
            st.html(script, unsafe_allow_javascript=True)
            st.stop()


def _end() -> None:
    session.set_value(_FAREWELL, farewell(end_server))
