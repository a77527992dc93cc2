"""The share of such patients whose hematoma expands at the reader's hospital."""

import streamlit as st

from app import session


def base_rate_slider(cohort_rate: float) -> float | None:
    """Base rate in (0, 1), None for that of the models' cohort."""
    cohort = round(100 * cohort_rate)
    chosen = st.slider(
        "Base rate of expansion at your hospital",
        min_value=5,
        max_value=60,
        value=cohort,
        format="%d %%",
        help=f"{cohort} % in the cohort of the models. It moves the intercept of all three.",
        key=session.study_key("base_rate"),
    )
    # The cohort's own rate is no whole percentage.
    return None if chosen == cohort else chosen / 100
