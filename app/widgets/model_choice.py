"""Which of the three models is spoken of."""

import streamlit as st

from app import session
from core.domain import MODEL_KINDS, ModelKind


def model_choice(name: str) -> ModelKind:
    """Model that the reader chose; the integrated one at first.  ``name`` is unique on the page."""
    kind: ModelKind = st.segmented_control(
        "Model",
        MODEL_KINDS[::-1],
        default="integrated",
        required=True,
        format_func=str.capitalize,
        key=session.study_key(name),
        persist_state="session",
        label_visibility="collapsed",
    )
    return kind
