"""A study from the archive, by its accession number."""

import streamlit as st

from app import inbox, session
from app.widgets.common.notices import show_error
from core.errors import HescopeError

_FIELD, _ASKED = "accession", "accession asked for"


def fetch_study() -> None:
    """Puts the studies of an accession number into the inbox."""
    st.html('<h2 class="he-h2">Fetch from the archive</h2>')
    with st.form("fetch", border=False):
        st.text_input("Accession number", key=_FIELD)
        st.form_submit_button("Fetch", on_click=_ask)
    asked = session.value(_ASKED)
    if asked is None:
        return
    try:
        with st.spinner("Asking the archive"):
            found = inbox.fetch(asked)
    except HescopeError as error:
        show_error(error)
    else:
        if found:
            st.success("In the inbox; the node that listens assesses it.")
        else:
            st.info("The archive has no study of this accession number.")
    session.set_value(_ASKED, None)


def _ask() -> None:
    session.set_value(_ASKED, session.value(_FIELD))
