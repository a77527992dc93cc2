"""How the page is shown: presenter mode, guided tour, keyboard."""

import streamlit as st

from app import session

_KEYS = """
| Key | In the viewer |
| --- | --- |
| wheel, ↑ ↓ | other slices |
| 1 to 5 | density windows |
| A, T, D | axial, three planes, side by side |
| O, G | outline, Grad-CAM |
| S, W, R, B, E | scroll, window, ruler, brush, eraser |
| [ ] | brush size |
| Ctrl or Cmd + Z | undo a stroke |
"""


def view_menu() -> None:
    """Menu of the study page."""
    with st.popover("View", width="stretch"):
        st.toggle(
            "Presenter mode",
            key=session.presenter_key(),
            persist_state="session",
            help="Large type; series name, date and time are hidden.",
        )
        st.button("Guided tour", width="stretch", on_click=session.set_tour_step, args=(0,))
        st.caption("Light or dark: menu at the top right, Settings.")
        st.markdown(_KEYS)
