"""What has come from the scanner, and where did its results go?"""

import streamlit as st

from app import inbox, session
from app.widgets.common.notices import show_error
from app.widgets.inbox.fetch_study import fetch_study
from app.widgets.inbox.inbox_list import inbox_list
from app.widgets.inbox.node_settings import node_settings
from core.errors import HescopeError

st.html('<h2 class="he-h2">Received studies</h2>')
try:
    node = inbox.settings()
except HescopeError as error:
    show_error(error)
    st.stop()


@st.fragment(run_every=5.0)
def received() -> None:
    if session.wanted():
        st.switch_page("views/home.py")
    inbox_list(inbox.rows(), keep_days=node.keep_days, hidden=session.presenter())


received()
if node.archive:
    fetch_study()
node_settings(node)
