"""Base rate and threshold of a validation: the reader's choice."""

import streamlit as st

from app import session
from app.widgets.common.rate_slider import base_rate_of, rate_slider, whole_percent

_BASE_RATE = session.table_key("base_rate")
_THRESHOLD = session.table_key("threshold")


def validation_rates(cohort_rate: float) -> tuple[float, float]:
    """Base rate that the models assume, and threshold to act on, both in (0, 1)."""
    left, right = st.columns(2, gap="medium")
    with left:
        base_rate = rate_slider(
            "Base rate that the models assume",
            _BASE_RATE,
            cohort_rate,
            help=f"{whole_percent(cohort_rate)} % in the models' own cohort. It moves all risks, "
            "so calibration and what a threshold is worth, but no AUC.",
            persist_state="session",
        )
    with right:
        threshold = rate_slider(
            "Threshold you would act on", _THRESHOLD, cohort_rate, persist_state="session"
        )
    return base_rate_of(base_rate, cohort_rate), threshold / 100
