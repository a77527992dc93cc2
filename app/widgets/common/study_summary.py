"""Whose study this is, and what was measured on it, in a line each."""

from collections.abc import Callable

import streamlit as st

from app import session
from app.opening import OpenStudy
from app.wording import as_html
from core.domain import Assessment
from core.report.digits import hounsfield, image_score, milliliters, value_of


def study_line(study: OpenStudy, *, with_onset: bool = True, name: str = "") -> None:
    """Whose, when, how long after onset, what is shown, as header and form say it; no identifiers.

    Of a follow-up CT the form says nothing of the onset.  ``name`` is which of several it is.
    """
    volume = study.assessment.volume
    header = volume.series.patient
    hidden = session.presenter()
    time = (
        f"{header.acquired_at:%d %b %Y, %H:%M}" if header.acquired_at else "time of CT not stated"
    )
    onset_h = (session.findings() or study.clinical).onset_to_ct_h
    facts = [
        name,
        f"Simulated: {study.example.title}" if study.example else "",
        "Presenter mode: identifiers hidden" if hidden else "",
        value_of("age_years", header.age_years) if header.age_years is not None else "",
        header.sex or "",
        "" if hidden else time,
        _after_onset(onset_h) if with_onset else "",
        "" if hidden else volume.series.description or "Head CT",
        f"{volume.geometry.shape[0]} slices",
    ]
    st.html(f'<p class="he-study">{" · ".join(as_html(fact) for fact in facts if fact)}</p>')


def _after_onset(hours: float | None) -> str:
    return "onset unknown" if hours is None else f"{value_of('onset_to_ct_h', hours)} after onset"


def measures(assessment: Assessment) -> str:
    """HTML of volume, ABC/2, L5, nDL score and extent of the hematoma."""
    with_hematoma = sum(result.area_mm2 > 0 for result in assessment.slices)
    edited = assessment.segmentation.edited_by_reader
    shown = (
        (
            "Volume, outline edited by reader" if edited else "Hematoma volume",
            milliliters(assessment.volume_ml),
        ),
        ("ABC/2", milliliters(assessment.abc2_ml)),
        ("Diffuseness (L5)", _given(assessment.l5_hu, hounsfield)),
        ("Image score (nDL)", f"{_given(assessment.ndl, image_score)} mean\N{NO-BREAK SPACE}20"),
        ("Slices with hematoma", f"{with_hematoma} of\N{NO-BREAK SPACE}{len(assessment.slices)}"),
    )
    items = "".join(
        f"<div><dt>{label}</dt><dd>{_small_unit(text)}</dd></div>" for label, text in shown
    )
    return f'<dl class="he-measures">{items}</dl>'


def _given(value: float | None, in_words: Callable[[float], str]) -> str:
    return "\N{EM DASH}" if value is None else in_words(value)


def _small_unit(quantity: str) -> str:
    """A number and, smaller, its unit."""
    number, *unit = quantity.split(" ", 1)
    return f"{number} <small>{unit[0]}</small>" if unit else number
