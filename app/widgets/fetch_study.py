"""A study from the archive, by its accession number."""

import streamlit as st

from app import inbox
from app.widgets.notices import show_error
from core.errors import HescopeError


def fetch_study() -> None:
    """Puts the studies of an accession number into the inbox."""
    st.html('<h2 class="he-h2">Fetch from the archive</h2>')
    with st.form("fetch", border=False):
        accession = st.text_input("Accession number")
        asked = st.form_submit_button("Fetch")
    if not asked:
        return
    try:
        with st.spinner("Asking the archive"):
            found = inbox.fetch(accession)
    except HescopeError as error:
        show_error(error)
        return
    if found:
        st.success("In the inbox; the node that listens assesses it.")
    else:
        st.info("The archive has no study of this accession number.")
