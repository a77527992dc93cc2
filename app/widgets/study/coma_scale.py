"""Glasgow Coma Scale from its three parts."""

import streamlit as st

from app import session

_PARTS = {"Eyes": 4, "Verbal": 5, "Motor": 6}


def coma_scale() -> None:
    """Popover in which eye, verbal and motor response give the sum of the form's field."""
    popover = st.popover("GCS from E + V + M", width="stretch", key="coma", on_change="rerun")
    if not popover.open:
        return
    with popover:
        for part, best in _PARTS.items():
            st.segmented_control(
                part,
                range(1, best + 1),
                key=_key(part),
                on_change=_add_up,
                persist_state="session",
            )
        st.caption("The sum is entered once all three are given. Intubated: leave it unknown.")


def _add_up() -> None:
    points = [session.value(_key(part)) for part in _PARTS]
    if None not in points:
        session.set_value(session.study_key("gcs"), sum(points))


def _key(part: str) -> str:
    return session.study_key(f"gcs {part}")
