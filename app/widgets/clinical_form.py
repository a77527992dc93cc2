"""The clinical form, made from the table of ``core.risk.variables``."""

import streamlit as st

from app import session
from app.widgets.fibrinogen import fibrinogen_field, unit_switch
from core.domain import ClinicalFindings
from core.risk.variables import VARIABLES, Variable

_UNKNOWN = "unknown"
_YES_NO = ("yes", "no")
# Size of one click on + or -, where 1 is not useful.
_STEPS = {"inr": 0.1, "onset_to_ct_h": 0.5, "platelets_10e9_l": 10.0, "sbp_mmhg": 5.0}


def model_fields(first: ClinicalFindings) -> dict[str, object]:
    """What was entered of the models' variables; the fields begin with the values of ``first``."""
    entered: dict[str, object] = {}
    age, gcs, fibrinogen, unit = st.columns([5, 5, 5, 3])
    with age:
        entered["age_years"] = _field(VARIABLES["age_years"], first)
    with gcs:
        entered["gcs"] = _field(VARIABLES["gcs"], first)
    with unit:
        unit_switch()
    with fibrinogen:
        entered["fibrinogen_mg_dl"] = fibrinogen_field(first.fibrinogen_mg_dl)
    return entered


def context_fields(first: ClinicalFindings) -> dict[str, object]:
    """What was entered of the other variables; the fields begin with the values of ``first``."""
    entered: dict[str, object] = {}
    with st.expander("More findings: context, not in the models"):
        columns = st.columns(3)
        context = [variable for variable in VARIABLES.values() if not variable.in_model]
        for position, variable in enumerate(context):
            with columns[position % 3]:
                entered[variable.name] = _field(variable, first)
    return entered


def _field(variable: Variable, first: ClinicalFindings) -> object:
    """Value of a field, None if unknown."""
    value = getattr(first, variable.name)
    if variable.kind in {"boolean", "choice"}:
        return _choice(variable, _YES_NO[not value] if isinstance(value, bool) else value)
    number = int if variable.kind == "integer" else float
    key = session.study_key(variable.name)
    session.prefill(key, None if value is None else number(value))
    return st.number_input(
        f"{variable.label} ({variable.unit})" if variable.unit else variable.label,
        value=None,  # a field that may be empty can be emptied again
        step=number(_STEPS.get(variable.name, 1)),
        format="%d" if number is int else "%g",
        placeholder=_UNKNOWN,
        help=variable.help,
        key=key,
    )


def _choice(variable: Variable, value: str | None) -> str | None:
    key = session.study_key(variable.name)
    session.prefill(key, value)
    return st.selectbox(
        variable.label,
        variable.choices or _YES_NO,
        index=None,
        placeholder=_UNKNOWN,
        help=variable.help,
        key=key,
    )
