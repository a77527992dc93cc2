"""Fibrinogen in the unit of the reader's laboratory."""

import streamlit as st

from app import session
from core.risk.variables import VARIABLES

_FIBRINOGEN = VARIABLES["fibrinogen_mg_dl"]
_MG_DL, _G_L = "mg/dL", "g/L"
_MG_DL_PER_G_L = 100.0
_STEP = {_MG_DL: 10.0, _G_L: 0.1}
_UNIT = session.study_key("fibrinogen_unit")


def prefill_fibrinogen(first_mg_dl: float | None) -> None:
    """Let the field begin with a value in mg/dL."""
    session.prefill(_UNIT, _MG_DL)
    session.prefill(_key(_MG_DL), first_mg_dl)


def entered_mg_dl() -> float | None:
    """Fibrinogen as entered, mg/dL, None if unknown."""
    unit = session.value(_UNIT)
    entered: float | None = session.value(_key(unit))
    return entered if entered is None or unit == _MG_DL else entered * _MG_DL_PER_G_L


def unit_switch() -> None:
    """Choice of the unit; what was entered is taken along."""
    st.selectbox(
        "Unit",
        [_MG_DL, _G_L],
        key=_UNIT,
        on_change=_take_along,
        persist_state="session",
        width=100,
    )


def fibrinogen_field() -> None:
    """Fibrinogen in the unit that was chosen."""
    unit = session.value(_UNIT)
    st.number_input(
        _FIBRINOGEN.label,
        value=None,
        step=_STEP[unit],
        format="%g",
        placeholder="unknown",
        help=_FIBRINOGEN.help,
        key=_key(unit),
        persist_state="session",
    )


def _take_along() -> None:
    """Carry the number to the field of the new unit.

    A number that is impossible in the old unit was meant in the new one, and stays as it is.
    """
    unit = session.value(_UNIT)
    entered = session.value(_key(_G_L if unit == _MG_DL else _MG_DL))
    if entered is None or _FIBRINOGEN.hard_range is None:
        session.set_value(_key(unit), None)
        return
    low, high = _FIBRINOGEN.hard_range
    in_mg_dl = entered * _MG_DL_PER_G_L if unit == _MG_DL else entered
    was_possible = low <= in_mg_dl <= high
    factor = _MG_DL_PER_G_L if unit == _MG_DL else 1 / _MG_DL_PER_G_L
    session.set_value(_key(unit), round(entered * factor, 6) if was_possible else entered)


def _key(unit: str) -> str:
    return session.study_key(f"fibrinogen {unit}")
