"""Time from onset to CT, from two clock times."""

from datetime import datetime

import streamlit as st

from app import session
from core.domain import PatientHeader

_ONSET = session.study_key("onset at")
_CT = session.study_key("ct at")
_SECONDS_PER_HOUR = 3600


def clock_times(header: PatientHeader) -> None:
    """Popover in which the times of onset and of the CT give the hours of the form's field."""
    popover = st.popover("Onset from clock time", width="stretch", key="clock", on_change="rerun")
    if not popover.open:
        return
    session.prefill(_CT, header.acquired_at)
    with popover:
        for label, key in (("Onset, or last seen well", _ONSET), ("Baseline CT", _CT)):
            st.datetime_input(
                label, value=None, key=key, step=300, on_change=_subtract, persist_state="session"
            )
        onset, ct = session.value(_ONSET), session.value(_CT)
        if onset and ct and onset > ct:
            st.error("Onset lies after the CT. Correct one of the two.")
        elif header.acquired_at:
            st.caption("The time of the CT comes from the images' header.")


def _subtract() -> None:
    onset: datetime | None = session.value(_ONSET)
    ct: datetime | None = session.value(_CT)
    if onset and ct and onset <= ct:
        hours = (ct - onset).total_seconds() / _SECONDS_PER_HOUR
        session.set_value(session.study_key("onset_to_ct_h"), round(hours, 2))
