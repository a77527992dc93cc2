"""Comparators: published scores, and the markers they rest on."""

import streamlit as st

from app import session
from app.wording import as_html
from core.domain import Assessment
from core.imaging.markers import MarkerCandidate, find_markers
from core.risk.image_variables import IRREGULAR
from core.risk.scores import ReaderMarkers, Score, all_scores
from core.risk.whatif import Patient

_ACROSS = 3
_CONFIRMED = ("blend", "hypodensity")


def scores(assessment: Assessment, patient: Patient) -> None:
    """Markers to confirm, then what each published rule makes of this patient."""
    markers = session.kept(_key("candidates"), lambda: _markers(assessment))
    confirmed = _markers_to_confirm(markers)
    key = session.choice_key("unverified")
    session.recall(key)
    unverified = st.toggle(
        "Also scores whose points could not be verified (BAT, 9-point)",
        key=key,
        persist_state="session",
    )
    cards = [
        _score(score)
        for score in all_scores(patient.clinical, assessment.volume_ml, confirmed)
        if score.verified or unverified
    ]
    st.html(f'<div class="he-scores">{"".join(cards)}</div>')


def _markers_to_confirm(markers: tuple[MarkerCandidate, ...]) -> ReaderMarkers:
    st.caption(
        "CT markers, computed: candidates to confirm. A tick is your reading; "
        "the rules below use it. Irregular shape is read under Findings."
    )
    for start in range(0, len(markers), _ACROSS):
        columns = st.columns(_ACROSS, vertical_alignment="center")
        for column, marker in zip(columns, markers[start : start + _ACROSS], strict=False):
            with column.container(horizontal=True, vertical_alignment="center", gap="small"):
                _marker(marker)
    return ReaderMarkers(*(bool(session.value(_key(name))) for name in _CONFIRMED))


def _marker(marker: MarkerCandidate) -> None:
    if marker.present is None or marker.name == IRREGULAR:
        st.html(
            f'<p class="he-marker" title="{as_html(marker.rule)}">{as_html(marker.label)} '
            f"<b>{_computed(marker)}</b></p>",
            width="content",
        )
    else:
        session.prefill(_key(marker.name), marker.present)
        st.checkbox(marker.label, key=_key(marker.name), help=marker.rule, persist_state="session")
    if marker.present is not None and marker.slice is not None:
        st.button(
            f"slice {marker.slice + 1}",
            key=f"show {marker.name}",
            type="tertiary",
            on_click=session.show_slice,
            args=(marker.slice,),
        )


def _computed(marker: MarkerCandidate) -> str:
    if marker.present is not None:
        return "yes" if marker.present else "no"
    return "\N{EM DASH}" if marker.value is None else f"{marker.value:.2f}"


def _score(score: Score) -> str:
    rows = "".join(
        f"<tr><td>{as_html(item.label)}</td><td>{as_html(item.value)}</td>"
        f"<td>{'?' if item.points is None else item.points}</td></tr>"
        for item in score.items
    )
    total = (
        f"{score.least} to {score.most}"
        if score.total is None
        else f"{score.total} of {_best(score)}"
    )
    total = "" if score.excluded else total
    risk = "" if score.risk is None else f": {as_html(score.risk)}"
    tag = "" if score.verified else ' <em class="he-unverified">points not verified</em>'
    return (
        f'<div class="he-score"><h4>{score.name} {total}{risk}{tag}</h4>'
        f"<p>Predicts {as_html(score.predicts)}.</p><table>{rows}</table>"
        f'<p class="he-source">{as_html(score.caveat)} {as_html(score.source)}.</p></div>'
    )


def _best(score: Score) -> int:
    return sum(item.most for item in score.items)


def _markers(assessment: Assessment) -> tuple[MarkerCandidate, ...]:
    segmentation = assessment.segmentation
    return find_markers(assessment.volume.hu, segmentation.mask, segmentation.geometry)


def _key(name: str) -> str:
    return session.study_key(f"marker {name}")
