"""What one browser tab remembers: the only file that touches ``st.session_state``.

All that hangs on a study has a key that begins with ``study.``; a new study clears it.
"""

import os
from pathlib import Path
from typing import Any

import streamlit as st

from app.opening import OpenStudy
from app.settings import STUDY_VARIABLE

_STUDY = "study."
_STARTED = "started"


def study() -> OpenStudy | None:
    """Study that is open, None if none is."""
    opened: OpenStudy | None = st.session_state.get(study_key("open"))
    return opened


def open_study(opened: OpenStudy) -> None:
    """Make a study the open one."""
    close_study()
    st.session_state[study_key("open")] = opened


def close_study() -> None:
    """Forget the open study and all that hangs on it."""
    for key in [str(key) for key in st.session_state if str(key).startswith(_STUDY)]:
        del st.session_state[key]


def study_key(name: str) -> str:
    """Key of something that hangs on the open study, a widget for example."""
    return _STUDY + name


def prefill(key: str, value: object) -> None:
    """Give a widget its first value; later the user's value stays."""
    st.session_state.setdefault(key, value)


def value(key: str) -> Any:
    """Value of a widget, None if it is unknown or has not been shown."""
    return st.session_state.get(key)


def set_value(key: str, to: object) -> None:
    """Set a widget from a callback."""
    st.session_state[key] = to


def take_first_study() -> Path | None:
    """Study named on the command line; None from the second call on, or if none was named."""
    named = os.environ.get(STUDY_VARIABLE)
    if named is None or st.session_state.get(_STARTED):
        return None
    st.session_state[_STARTED] = True
    return Path(named)
