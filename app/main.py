"""The frame of every page: its look, the research-use banner, and the way from page to page."""

import streamlit as st

from core.assets import ASSETS
from core.report.provenance import RESEARCH_USE

st.set_page_config(page_title="HEscope", page_icon=ASSETS / "ui" / "icon.png", layout="wide")
st.html(ASSETS / "ui" / "hescope.css")
st.html(
    f'<div class="he-banner"><b>HEscope</b><span>{RESEARCH_USE}</span>'
    "Hematoma expansion in acute intracerebral hemorrhage</div>"
)
st.navigation(
    [st.Page("pages/assessment.py", title="Assess", icon=":material/neurology:")], position="top"
).run()
