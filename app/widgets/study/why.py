"""Why these probabilities: a sentence, the contributions, the odds ratios."""

import streamlit as st

from app import session
from app.widgets.charts.component import show_charts
from app.widgets.charts.forest_chart import forest_chart
from app.widgets.charts.waterfall_chart import waterfall_chart
from app.widgets.study.model_choice import model_choice
from app.wording import as_html
from core.domain import EstimateKind, Risk, RiskEstimate
from core.report.in_words import in_words
from core.risk.estimate import RiskModels, models_used
from core.risk.whatif import Patient

_PAPERS = "62 years, GCS 13-15, fibrinogen 325 mg/dL, nDL 20"
_REFERENCE: dict[EstimateKind, str] = {
    "outcome": "L5 -18.3 HU, GCS 13-15, 3 h from onset, regular shape"
}


def why(risk: Risk, patient: Patient, models: RiskModels) -> None:
    """Explanation of one model's estimate, then the odds ratios of all."""
    kind = model_choice("why model")
    estimate: RiskEstimate = getattr(risk, kind)
    st.html(f'<p class="he-words">{as_html(in_words(estimate, risk.base_rate))}</p>')
    if estimate.p is not None:
        show_charts(session.study_key("waterfall"), waterfall_chart(estimate))
        st.caption(
            f"Log-odds from the reference patient ({_REFERENCE.get(kind, _PAPERS)}) to this one. "
            "They add up to the probability shown."
        )
    st.html('<h3 class="he-h3">Odds ratios, with the paper\'s Table 2</h3>')
    show_charts(
        session.study_key("forest"),
        forest_chart(models_used(models, patient.clinical, patient.image)),
    )
