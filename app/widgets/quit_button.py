"""The way out, where HEscope runs as a desktop program."""

import json
import os

import streamlit as st

from app.launch.door import farewell
from app.launch.lifetime import end_server
from app.settings import DESKTOP_VARIABLE


def quit_button() -> None:
    """Button that ends HEscope for all its tabs; none where a developer's terminal does."""
    if DESKTOP_VARIABLE not in os.environ:
        return
    with st.container(key="quit"):
        if st.button(
            "Quit", icon=":material/power_settings_new:", help="Ends HEscope in all tabs."
        ):
            leave = f"<script>location.replace({json.dumps(farewell(end_server))})</script>"
            st.html(leave, unsafe_allow_javascript=True)
            st.stop()
