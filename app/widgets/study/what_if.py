"""What if a finding were another: sliders beside a pinned baseline, a curve, and a tornado."""

from dataclasses import dataclass
from itertools import chain

import streamlit as st

from app import session
from app.widgets.charts.component import show_charts
from app.widgets.charts.risk_chart import risk_chart
from app.widgets.charts.risk_map_chart import at_extreme, risk_map_chart
from app.widgets.charts.tornado_chart import tornado_chart
from app.widgets.study.model_choice import model_choice
from app.wording import as_html
from core.domain import EstimateKind, Risk
from core.report.digits import model_name, percent, value_of
from core.risk.estimate import RiskModels, estimate
from core.risk.image_variables import ALL_VARIABLES, L5, NDL
from core.risk.reference_cohort import NDL_MEAN
from core.risk.whatif import (
    BASE_RATE,
    Crossing,
    Patient,
    crossings,
    is_whole,
    label,
    range_of,
    risk_curve,
    risk_map,
    tornado,
    variables,
)

_MOVED = (("gcs", "onset_to_ct_h", L5), ("age_years", "fibrinogen_mg_dl", NDL))
_PIN_HELP = (
    "Make what the sliders say the baseline: the hollow mark, and the number beside each risk."
)
_RESET_HELP = "Back to the patient."
_PINNED = session.choice_key("pinned")
_ENTERED = session.choice_key("what-if of")


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Two patients to compare: the pinned baseline, and the one that the sliders suppose."""

    baseline: Patient
    supposed: Patient

    @property
    def differs(self) -> bool:
        """Whether anything was moved."""
        return self.baseline != self.supposed


def what_if(patient: Patient) -> WhatIf:
    """What the sliders say, also before they are shown; they begin as the form's patient."""
    if session.value(_ENTERED) != (patient.clinical, patient.image):
        _begin(patient)
    supposed = patient
    for variable in chain(*_MOVED):
        value = session.value(_key(variable))
        if value is not None:
            supposed = supposed.with_value(variable, value)
    return WhatIf(session.value(_PINNED), supposed)


def what_if_sliders(pinned: Patient) -> None:
    """A slider per variable, which reaches as far as the ``pinned`` patient at least."""
    for row in _MOVED:
        with st.container(horizontal=True):
            for variable in row:
                _slider(variable, pinned.value(variable))


def what_if_charts(shown: WhatIf, patient: Patient, models: RiskModels, threshold: float) -> None:
    """What would cross the threshold, curve over a chosen variable, tornado; by a chosen model."""
    supposed = shown.supposed
    with st.container(horizontal=True):
        kind = model_choice("what-if model")
        curve_key = session.choice_key(f"curve of {kind}")
        session.recall(curve_key)
        variable = st.selectbox(
            "Curve over",
            variables(models, kind, supposed),
            format_func=label,
            key=curve_key,
            persist_state="session",
            label_visibility="collapsed",
        )
        st.button("Pin", on_click=_pin, args=(supposed,), help=_PIN_HELP)
        st.button("Reset", on_click=_begin, args=(patient,), help=_RESET_HELP)
    now, baseline = risk_of(supposed, models), risk_of(shown.baseline, models)
    curve = risk_curve(models, kind, variable, supposed)
    p_now, p_before = getattr(now, kind).p, getattr(baseline, kind).p
    if curve is None or p_now is None:
        st.caption(getattr(now, kind).reason or "The curve cannot be given.")
        return
    value, before = supposed.value(variable), shown.baseline.value(variable)
    st.html(f'<p class="he-words">{as_html(_crossing(kind, supposed, models, threshold))}</p>')
    chart = risk_chart(
        curve,
        kind,
        now=None if value is None else (value, p_now),
        baseline=None if before is None or p_before is None else (before, p_before),
    )
    swings = tornado_chart(tornado(models, kind, supposed), p_now)
    show_charts(session.study_key("what-if charts"), chart, swings)
    _two_at_once(kind, variable, supposed, models, threshold)


def _two_at_once(
    kind: EstimateKind, variable: str, patient: Patient, models: RiskModels, threshold: float
) -> None:
    """Map over the variable of the curve and another one, which the reader chooses."""
    numeric = [found for found in variables(models, kind, patient) if _is_numeric(found)]
    if variable not in numeric or len(numeric) == 1:
        return
    key = session.choice_key(f"map of {kind} {variable}")
    session.recall(key)
    other = st.selectbox(
        f"Map of {label(variable)} and",
        (None, *(found for found in numeric if found != variable)),
        format_func=lambda found: label(found) if found else "no other finding",
        key=key,
        persist_state="session",
    )
    found = risk_map(models, kind, variable, other, patient) if other else None
    if found is None:
        return
    st.plotly_chart(
        risk_map_chart(found, patient, threshold),
        config={"displayModeBar": False},
        key=session.study_key("what-if map"),
    )
    (least, where), (most, there) = (at_extreme(found, highest=most) for most in (False, True))
    st.caption(
        f"{model_name(kind)} risk {percent(least)} ({where}) to {percent(most)} ({there}). Ring: "
        "what the sliders suppose. Dashed: the threshold."
    )


def _is_numeric(variable: str) -> bool:
    return variable != BASE_RATE and ALL_VARIABLES[variable].kind != "boolean"


def _crossing(kind: EstimateKind, patient: Patient, models: RiskModels, threshold: float) -> str:
    """What single findings would put the risk on the other side of the threshold, in words."""
    p = getattr(risk_of(patient, models), kind).p
    side = "below" if p >= threshold else "above"
    found = crossings(models, kind, patient, threshold)
    if not found:
        return f"No single finding in its plausible range would put it {side} the threshold."
    return f"{side.capitalize()} the threshold with {'; or '.join(map(_in_words, found))}."


def _in_words(crossing: Crossing) -> str:
    value = value_of(crossing.variable, crossing.value)
    if ALL_VARIABLES[crossing.variable].kind == "boolean":
        return f"{crossing.label} {value}"
    return f"{crossing.label} about {value} or {'more' if crossing.rising else 'less'}"


def risk_of(patient: Patient, models: RiskModels) -> Risk:
    """Risk of a patient at the patient's base rate."""
    return estimate(patient.image, patient.clinical, models, patient.base_rate)


def _slider(variable: str, pinned: float | None) -> None:
    """Slider of a variable; a field where the patient's is unknown and none was given."""
    low, high = range_of(variable)
    reached = [low, high] if pinned is None else [low, high, pinned]
    number = int if is_whole(variable) else float
    ends = number(min(reached)), number(max(reached))
    key = _key(variable)
    session.recall(key)
    if session.value(key) is None:
        st.number_input(_name(variable), *ends, None, placeholder="unknown", key=key)
        return
    step = {"fibrinogen_mg_dl": 5.0, NDL: 0.5, L5: 0.1, "onset_to_ct_h": 0.5}.get(variable, 1.0)
    st.slider(
        _name(variable),
        *ends,
        step=number(step),
        format="%.1f" if variable in {NDL, L5} else "%g",
        key=key,
        persist_state="session",
    )


def _begin(patient: Patient) -> None:
    """Pin a patient and let the sliders start from it."""
    session.set_value(_ENTERED, (patient.clinical, patient.image))
    _pin(patient)
    for variable in chain(*_MOVED):
        value = patient.value(variable)
        kept = value if value is None or is_whole(variable) else float(value)
        session.set_value(_key(variable), kept)


def _pin(patient: Patient) -> None:
    session.set_value(_PINNED, patient)


def _name(variable: str) -> str:
    if variable == NDL:
        return f"{ALL_VARIABLES[NDL].label}, mean {NDL_MEAN:g}"
    table = ALL_VARIABLES[variable]
    return f"{table.label} ({table.unit})" if table.unit else "GCS"


def _key(variable: str) -> str:
    return session.choice_key(f"supposed {variable}")
