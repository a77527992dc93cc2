"""Which engine runs the networks."""

import streamlit as st

from core.models.runtime import EngineName, choose_runtime, engines_here


def engine_choice(chosen: EngineName) -> EngineName:
    """Engine that the reader chose; "auto" is the fastest that this computer has."""
    fastest = choose_runtime().engine
    engines: tuple[EngineName, ...] = ("auto", *engines_here())
    found: EngineName = st.selectbox(
        "Engine of the networks",
        engines,
        index=engines.index(chosen) if chosen in engines else 0,
        format_func=lambda name: f"the fastest here ({fastest})" if name == "auto" else name,
        key="engine of the networks",
        help="All that are offered gave the same answers on the validation patients as PyTorch in "
        "float32, to a hundredth. Another engine closes the open study.",
    )
    return found
