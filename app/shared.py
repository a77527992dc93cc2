"""What all tabs share beside the model: the queue of the device, and the list of tabs.

Each is behind a lock of its own (``core.queue``, ``app.tabs``); everything else that two tabs can
reach is immutable.
"""

import streamlit as st
from streamlit.runtime import Runtime

from app.tabs import Tabs
from core.queue import WorkQueue


@st.cache_resource(show_spinner=False)
def queue() -> WorkQueue:
    """The queue of assessments, of which the device does one at a time."""
    return WorkQueue()


@st.cache_resource(show_spinner=False)
def tabs() -> Tabs:
    """What each tab has open."""
    return Tabs(_is_connected)


def _is_connected(session_id: str) -> bool:
    """Whether a session has a browser; without a server, in a test of a page, each has."""
    return not Runtime.exists() or Runtime.instance().is_active_session(session_id)
