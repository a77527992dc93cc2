"""One of several, side by side; which one, a reload finds again."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

import streamlit as st

from app import session

Option = TypeVar("Option")


def kept_choice(label: str, options: Sequence[Option], name: str, **look: Any) -> Option:
    """What the reader chose, at first the first.  ``name`` is unique on the study's page.

    ``label`` is for those who do not see; ``look`` are further options of
    ``st.segmented_control``.
    """
    key = session.choice_key(name)
    session.prefill(key, options[0])
    chosen = st.segmented_control(
        label,
        options,
        required=True,
        key=key,
        persist_state="session",
        label_visibility="collapsed",
        **look,
    )
    return cast(Option, chosen)  # never None: required, and prefilled
