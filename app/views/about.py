"""What is HEscope, who made the method, and under which terms?"""

import streamlit as st

from app.widgets.about.licences import licences
from core.report.provenance import CITATION, RESEARCH_USE, VERSION

st.html(
    f'<h1 class="he-h1">HEscope {VERSION}</h1>'
    f"<p><b>{RESEARCH_USE}</b> Not for diagnosis or treatment decisions. No account, no "
    "telemetry, no download: nothing leaves this computer but what you ask of an archive, and what "
    "the DICOM node sends where its settings say.</p>"
    "<p>HEscope reads the baseline non-contrast head CT of an acute spontaneous intracerebral "
    "hemorrhage, outlines the hematoma, and estimates the probability that it expands (by at least "
    "6 mL or 33 % within 24 hours) after the method of:</p>"
    f"<blockquote>{CITATION}</blockquote>"
    "<p>What goes beyond the paper: its coefficients are reconstructed from rounded tables; the "
    "image score is this project's own and weaker than the paper's, and its coefficient is shrunk "
    "for that; the expected accuracy is stated beside the published one. Treatments that limit "
    "expansion have not improved functional outcome in randomised trials: a high probability is no "
    "instruction to treat.</p>"
)
st.html('<h2 class="he-h2">Licences</h2>')
licences()
