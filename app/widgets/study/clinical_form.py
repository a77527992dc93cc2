"""The clinical form, made from the table of ``core.risk.variables``.

Fields keep their values while another part of the page is shown in their place; ``entered`` reads
them whether they are shown or not.
"""

import streamlit as st

from app import session
from app.widgets.study.clock_times import clock_times
from app.widgets.study.coma_scale import coma_scale
from app.widgets.study.fibrinogen import (
    entered_mg_dl,
    fibrinogen_field,
    prefill_fibrinogen,
    unit_switch,
)
from core.domain import ClinicalFindings, PatientHeader
from core.risk.image_variables import ALL_VARIABLES, IRREGULAR
from core.risk.scores import used_by
from core.risk.variables import VARIABLES, Variable

_UNKNOWN = "unknown"
_YES_NO = ("yes", "no")
# Size of one click on + or -, where 1 is not useful.
_STEPS = {"inr": 0.1, "onset_to_ct_h": 0.5, "platelets_10e9_l": 10.0, "sbp_mmhg": 5.0}
_FIRST_SCREEN = ("onset_to_ct_h", IRREGULAR, "sex", "anticoagulant", "antiplatelet")


def prefill(first: ClinicalFindings) -> None:
    """Let the fields begin with the values of ``first``."""
    for variable in VARIABLES.values():
        session.prefill(_key(variable.name), _as_entered(variable, first))
    prefill_fibrinogen(first.fibrinogen_mg_dl)


def entered() -> dict[str, object]:
    """What stands in the fields, by the names of the variable table; None is unknown."""
    values = {name: session.value(_key(name)) for name in VARIABLES}
    return values | {"fibrinogen_mg_dl": entered_mg_dl()}


def irregular() -> bool | None:
    """Irregular shape as the reader saw it, None until that is said."""
    answer = session.value(_key(IRREGULAR))
    return None if answer is None else bool(answer == _YES_NO[0])


def clinical_form(header: PatientHeader) -> None:
    """Fields of the models, then of what else is known at the bedside."""
    with st.container(horizontal=True, gap="xsmall"):
        _field(VARIABLES["age_years"])
        _field(VARIABLES["gcs"])
        fibrinogen_field()
        unit_switch()
    with st.container(horizontal=True, gap="xsmall"):
        for name in _FIRST_SCREEN:
            _field(ALL_VARIABLES[name])
    with st.container(horizontal=True):
        coma_scale()
        clock_times(header)
        _more_fields()


def _key(name: str) -> str:
    """Key of a field; those of the variable table come back as findings after a reload."""
    return session.study_key(name) if name in VARIABLES else session.choice_key(name)


def _more_fields() -> None:
    more = st.popover("More findings", width="stretch", key="more", on_change="rerun")
    if not more.open:
        return
    with more:
        st.caption("Not in the paper's models; used by the scores beside them where it says so.")
        shown = [
            variable
            for variable in VARIABLES.values()
            if not variable.in_model and variable.name not in _FIRST_SCREEN
        ]
        columns = st.columns(3)
        for position, variable in enumerate(shown):
            with columns[position % 3]:
                _field(variable)


def _field(variable: Variable) -> None:
    key = _key(variable.name)
    session.recall(key)
    if variable.kind in {"boolean", "choice"}:
        st.selectbox(
            variable.label,
            variable.choices or _YES_NO,
            index=None,
            placeholder=_UNKNOWN,
            help=_help(variable),
            key=key,
            persist_state="session",
        )
        return
    number = int if variable.kind == "integer" else float
    st.number_input(
        f"{variable.label} ({variable.unit})" if variable.unit else variable.label,
        value=None,  # a field that may be empty can be emptied again
        step=number(_STEPS.get(variable.name, 1)),
        format="%d" if number is int else "%g",
        placeholder=_UNKNOWN,
        help=_help(variable),
        key=key,
        persist_state="session",
    )


def _help(variable: Variable) -> str:
    text = variable.help
    if variable.hard_range:
        low, high = variable.hard_range
        text += f" Possible: {low:g} to {variable.quantity(high)}."
    if variable.in_model:
        return text
    scores = used_by(variable.name)
    return f"{text} Not in the paper's models{'; used by ' + ', '.join(scores) if scores else ''}."


def _as_entered(variable: Variable, first: ClinicalFindings) -> object:
    value = getattr(first, variable.name)
    if isinstance(value, bool):
        return _YES_NO[not value]
    if value is None or variable.kind == "choice":
        return value
    return int(value) if variable.kind == "integer" else float(value)
