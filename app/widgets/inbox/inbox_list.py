"""The list of received studies."""

from collections.abc import Sequence

import streamlit as st

from app import session
from app.inbox import Row, open_from, verdict
from app.wording import as_html, as_markdown
from core.node.trail import Verdict

_WIDTHS = [3, 2, 3, 4, 1.2]
_HIDDEN = "hidden"
_VERDICT = "trail checked"


def inbox_list(rows: Sequence[Row], *, keep_days: int, hidden: bool) -> None:
    """Hands over the study that the user opens; ``hidden``: without identifiers."""
    if not rows:
        st.caption(
            "Nothing was received on this computer. `hescope listen`, or `python -m core listen` "
            "from source, receives studies by DICOM, assesses each and sends the results back."
        )
        return
    for place, title in zip(
        st.columns(_WIDTHS), ("Patient", "Received", "State", "Results went to"), strict=False
    ):
        place.caption(title)
    for row in rows:
        _line(row, hidden=hidden)
    if keep_days:
        st.caption(
            f"Studies that are done or refused are deleted here {keep_days} days after their last "
            "image came; the audit trail stays."
        )
    _audit()


def _line(row: Row, *, hidden: bool) -> None:
    header, study = row.study.header, row.study
    who = _HIDDEN if hidden else ", ".join(filter(None, (header.patient, header.patient_id)))
    state = f"{study.state}: {study.reason}" if study.reason else str(study.state)
    patient, received, is_at, sent, button = st.columns(_WIDTHS, vertical_alignment="center")
    patient.markdown(as_markdown(who or "not named"))
    received.markdown(as_markdown(row.received))
    is_at.html(f'<span class="he-state-{study.state}">{as_html(state)}</span>')
    sent.markdown(as_markdown(row.sent or "nowhere"))
    button.button("Open", key=f"inbox {header.study_uid}", on_click=_open, args=(row,))


def _open(row: Row) -> None:
    session.hand(open_from(row))


def _audit() -> None:
    with st.expander("Audit trail"):
        st.button("Check it", on_click=_check)
        found: Verdict | None = session.value(_VERDICT)
        if found and found.holds:
            st.success(f"{found.count} entries hold. Keep this head elsewhere: {found.head}")
        elif found:
            st.error(f"Entry {found.broken_at} is not what was sealed.")
        st.caption("`hescope trail export` prints every entry.")


def _check() -> None:
    session.set_value(_VERDICT, verdict())
