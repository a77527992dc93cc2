"""How the page is shown: presenter mode, guided tour."""

import streamlit as st

from app import session


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
        st.caption("Keys of the viewer: its button ?, or the key.")
