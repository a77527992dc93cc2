"""The frame of every page: its look, the research-use banner, and the way from page to page."""

import streamlit as st

from app import session
from app.widgets.common.quit_button import quit_button
from app.widgets.common.tour import tour
from core.assets import ASSETS
from core.report.provenance import RESEARCH_USE

session.begin()
st.set_page_config(page_title="HEscope", page_icon=ASSETS / "ui" / "icon.png", layout="wide")
st.html(ASSETS / "ui" / "hescope.css")
if st.context.theme.type == "dark":
    st.html(ASSETS / "ui" / "dark.css")
if session.presenter():
    st.html(ASSETS / "ui" / "presenter.css")
# Not in a folder "pages": Streamlit would serve its files on their own, without this frame.
page = st.navigation(
    [
        st.Page("views/home.py", title="Home", icon=":material/home:", default=True),
        st.Page("views/assessment.py", title="Study", icon=":material/neurology:"),
        st.Page("views/inbox.py", title="Inbox", icon=":material/inbox:"),
        st.Page("views/follow_up.py", title="Follow-up", icon=":material/compare:"),
        st.Page("views/cohort.py", title="Cohort", icon=":material/groups:"),
        st.Page("views/validation.py", title="Validation", icon=":material/rule:"),
        st.Page("views/models.py", title="Model", icon=":material/model_training:"),
        st.Page("views/about.py", title="About", icon=":material/info:"),
    ],
    position="top",
)
st.html(f'<div class="he-banner"><b>HEscope</b><span>{RESEARCH_USE}</span></div>')
quit_button()
page.run()
tour()
