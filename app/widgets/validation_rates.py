"""Base rate and threshold of a validation: the reader's choice."""

import streamlit as st

from app import session

_BASE_RATE = session.table_key("base_rate")
_THRESHOLD = session.table_key("threshold")


def validation_rates(cohort_rate: float) -> tuple[float, float]:
    """Base rate that the models assume, and threshold to act on, both in (0, 1)."""
    cohort = round(100 * cohort_rate)
    session.prefill(_BASE_RATE, cohort)
    session.prefill(_THRESHOLD, cohort)
    left, right = st.columns(2, gap="medium")
    base_rate = left.slider(
        "Base rate that the models assume",
        min_value=5,
        max_value=60,
        format="%d %%",
        help=f"{cohort} % in the models' own cohort. It moves all risks, so calibration and what a "
        "threshold is worth, but no AUC.",
        key=_BASE_RATE,
        persist_state="session",
    )
    threshold = right.slider(
        "Threshold you would act on",
        min_value=5,
        max_value=60,
        format="%d %%",
        key=_THRESHOLD,
        persist_state="session",
    )
    # The cohort's own rate is no whole percentage.
    return cohort_rate if base_rate == cohort else base_rate / 100, threshold / 100
