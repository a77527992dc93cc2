"""Studies opened lately, if the user wants them remembered."""

from pathlib import Path

import streamlit as st

from app import recent
from app.wording import as_markdown


def recent_list() -> Path | None:
    """Recent study that the user has just chosen, None while there is none."""
    st.toggle(
        "Remember the studies I open from this computer",
        value=recent.remembers(),
        key="remember",
        on_change=_switch,
        help="Keeps their paths, in your own data folder. Switching off deletes the list.",
    )
    chosen = None
    for path in recent.recent_studies():
        if st.button(as_markdown(str(path)), key=f"recent {path}", type="tertiary"):
            chosen = path
    return chosen


def _switch() -> None:
    if recent.remembers():
        recent.forget()
    else:
        recent.start_remembering()
