"""Which of the models is spoken of."""

import streamlit as st

from app import session
from core.domain import MODEL_KINDS, EstimateKind
from core.report.digits import model_name


def model_choice(name: str) -> EstimateKind:
    """Model that the reader chose, at first the outcome-based.  ``name`` is unique on the page."""
    kind: EstimateKind = st.segmented_control(
        "Model",
        ("outcome", *MODEL_KINDS[::-1]),
        default="outcome",
        required=True,
        format_func=lambda kind: model_name(kind).split("-")[0],
        key=session.study_key(name),
        persist_state="session",
        label_visibility="collapsed",
    )
    return kind
