"""Why these probabilities: a sentence, the contributions, the odds ratios."""

import streamlit as st

from app import session
from app.widgets.charts.component import show_charts
from app.widgets.charts.forest_chart import forest_chart
from app.widgets.charts.waterfall_chart import waterfall_chart
from app.widgets.model_choice import model_choice
from app.wording import as_html
from core.domain import ClinicalFindings, Risk, RiskEstimate
from core.report.in_words import in_words
from core.risk.estimate import RiskModels


def why(risk: Risk, clinical: ClinicalFindings, models: RiskModels) -> None:
    """Explanation of one model's estimate, then the odds ratios of all three."""
    kind = model_choice("why model")
    estimate: RiskEstimate = getattr(risk, kind)
    st.html(f'<p class="he-words">{as_html(in_words(estimate, risk.base_rate))}</p>')
    if estimate.p is not None:
        show_charts(session.study_key("waterfall"), waterfall_chart(estimate))
        st.caption(
            "Log-odds from the reference patient (62 years, GCS 13-15, fibrinogen 325 mg/dL, nDL "
            "20) to this one. They add up to the probability shown."
        )
    st.html('<h3 class="he-h3">Odds ratios, with the paper\'s Table 2</h3>')
    show_charts(session.study_key("forest"), forest_chart(models, clinical))
