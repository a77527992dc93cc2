"""Studies opened lately, if the user wants them remembered."""

import streamlit as st

from app import recent, session
from app.wording import as_markdown


def recent_list() -> None:
    """Hands over the recent study that the user chooses."""
    st.toggle(
        "Remember the studies I open from this computer",
        value=recent.remembers(),
        key="remember",
        on_change=_switch,
        help="Keeps their paths, in your own data folder. Switching off deletes the list.",
    )
    for path in recent.recent_studies():
        st.button(
            as_markdown(str(path)),
            key=f"recent {path}",
            type="tertiary",
            on_click=session.hand,
            args=(path,),
        )


def _switch() -> None:
    if recent.remembers():
        recent.forget()
    else:
        recent.start_remembering()
