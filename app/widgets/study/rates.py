"""Base rate and threshold: the reader's choice."""

import streamlit as st

from app import session
from app.widgets.common.rate_slider import base_rate_of, rate_slider, whole_percent

_BASE_RATE = session.choice_key("base_rate")
_THRESHOLD = session.choice_key("threshold")


def rates(cohort_rate: float) -> tuple[float, float]:
    """Base rate and operating threshold, both in (0, 1)."""
    with st.container(key="rates", horizontal=True, gap="medium"):
        base_rate = rate_slider(
            "Base rate at your hospital (dashed)",
            _BASE_RATE,
            cohort_rate,
            help=f"Share of such patients whose hematoma expands: {whole_percent(cohort_rate)} % "
            "in the models' cohort. It moves the intercept of every model.",
        )
        threshold = rate_slider(
            "Threshold you act on (arrow)",
            _THRESHOLD,
            cohort_rate,
            help="Sensitivity, specificity and predictive values hold at this threshold and base "
            "rate. There is no best threshold; it depends on what you would do.",
        )
    return base_rate_of(base_rate, cohort_rate), threshold / 100
