"""Which of the models is spoken of."""

from typing import cast

import streamlit as st

from app import session
from core.domain import MODEL_KINDS, EstimateKind
from core.report.digits import model_name


def model_choice(name: str) -> EstimateKind:
    """Model that the reader chose, at first the outcome-based.  ``name`` is unique on the page."""
    key = session.choice_key(name)
    session.prefill(key, "outcome")
    kind = st.segmented_control(
        "Model",
        ("outcome", *MODEL_KINDS[::-1]),
        required=True,
        format_func=lambda kind: model_name(kind).split("-")[0],
        key=key,
        persist_state="session",
        label_visibility="collapsed",
    )
    return cast(EstimateKind, kind)  # never None: required, and prefilled
