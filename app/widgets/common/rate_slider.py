"""A slider over shares of patients, in whole percent."""

from typing import Any

import streamlit as st

from app import session


def rate_slider(label: str, key: str, cohort_rate: float, **options: Any) -> int:
    """Percentage that the reader chose; at first that of the models' cohort.

    ``options`` are further ones of ``st.slider``.
    """
    session.prefill(key, whole_percent(cohort_rate))
    chosen: int = st.slider(label, 5, 60, format="%d %%", key=key, **options)
    return chosen


def base_rate_of(chosen: int, cohort_rate: float) -> float:
    """Base rate in (0, 1) that a percentage stands for: the cohort's own is no whole one."""
    return cohort_rate if chosen == whole_percent(cohort_rate) else chosen / 100


def whole_percent(rate: float) -> int:
    """A rate in (0, 1) as the slider has it."""
    return round(100 * rate)
