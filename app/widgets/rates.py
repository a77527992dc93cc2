"""Base rate and threshold: the reader's choice."""

import streamlit as st

from app import session

_BASE_RATE = session.study_key("base_rate")
_THRESHOLD = session.study_key("threshold")


def rates(cohort_rate: float) -> tuple[float, float]:
    """Base rate and operating threshold, both in (0, 1)."""
    cohort = round(100 * cohort_rate)
    session.prefill(_BASE_RATE, cohort)
    session.prefill(_THRESHOLD, cohort)
    left, right = st.container(key="rates").columns(2, gap="medium")
    base_rate = left.slider(
        "Base rate at your hospital (dashed)",
        min_value=5,
        max_value=60,
        format="%d %%",
        help=f"Share of such patients whose hematoma expands: {cohort} % in the models' cohort. "
        "It moves the intercept of all three.",
        key=_BASE_RATE,
    )
    threshold = right.slider(
        "Threshold you act on (arrow)",
        min_value=5,
        max_value=60,
        format="%d %%",
        help="Sensitivity, specificity and predictive values hold at this threshold and base rate. "
        "There is no best threshold; it depends on what you would do.",
        key=_THRESHOLD,
    )
    # The cohort's own rate is no whole percentage.
    return cohort_rate if base_rate == cohort else base_rate / 100, threshold / 100
