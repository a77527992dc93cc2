"""Whose study this is, and what was measured on it, in two lines."""

import streamlit as st

from app import session
from app.opening import OpenStudy
from app.wording import as_html
from core.domain import Assessment


def study_line(study: OpenStudy) -> None:
    """Series, patient and time as the header gives them; no identifiers."""
    volume = study.assessment.volume
    header = volume.series.patient
    hidden = session.presenter()
    time = (
        f"{header.acquired_at:%d %b %Y, %H:%M}" if header.acquired_at else "time of CT not stated"
    )
    facts = [
        f"Simulated: {study.example.title}" if study.example else "",
        "Presenter mode: identifiers hidden" if hidden else "",
        "" if hidden else volume.series.description or "Head CT",
        "" if hidden else time,
        f"{header.age_years:g} years" if header.age_years is not None else "",
        header.sex or "",
        f"{volume.geometry.shape[0]} slices",
    ]
    st.html(f'<p class="he-study">{" · ".join(as_html(fact) for fact in facts if fact)}</p>')


def measures(assessment: Assessment) -> None:
    """Volume, ABC/2, L5, nDL score and extent of the hematoma."""
    with_hematoma = sum(result.area_mm2 > 0 for result in assessment.slices)
    ndl = "\N{EM DASH}" if assessment.ndl is None else f"{assessment.ndl:.1f}"
    l5 = (
        "\N{EM DASH}"
        if assessment.l5_hu is None
        else f"{assessment.l5_hu:.1f}".replace("-", "\N{MINUS SIGN}")
    )
    edited = assessment.segmentation.edited_by_reader
    shown = (
        (
            "Volume, outline edited by reader" if edited else "Hematoma volume",
            f"{assessment.volume_ml:.1f}",
            "mL",
        ),
        ("ABC/2", f"{assessment.abc2_ml:.1f}", "mL"),
        ("L5", l5, "HU"),
        ("nDL score", ndl, "mean 20"),
        ("Slices with hematoma", f"{with_hematoma}", f"of {len(assessment.slices)}"),
    )
    items = "".join(
        f"<div><dt>{label}</dt><dd>{value} <small>{unit}</small></dd></div>"
        for label, value, unit in shown
    )
    st.html(f'<dl class="he-measures">{items}</dl>')
