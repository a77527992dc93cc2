"""The list of received studies."""

from collections.abc import Sequence

import streamlit as st

from app.inbox import Row, verdict
from app.wording import as_html, as_markdown

_WIDTHS = [3, 2, 3, 4, 1.2]
_HIDDEN = "hidden"


def inbox_list(rows: Sequence[Row], *, hidden: bool) -> Row | None:
    """The study that the user opens, None for none; ``hidden``: without identifiers."""
    if not rows:
        st.caption(
            "Nothing was received on this computer. `hescope listen`, or `python -m core listen` "
            "from source, receives studies by DICOM, assesses each and sends the results back."
        )
        return None
    for place, title in zip(
        st.columns(_WIDTHS), ("Patient", "Received", "State", "Results"), strict=False
    ):
        place.caption(title)
    chosen = None
    for row in rows:
        chosen = row if _line(row, hidden=hidden) else chosen
    _audit()
    return chosen


def _line(row: Row, *, hidden: bool) -> bool:
    """Whether the user opens this study."""
    header, study = row.study.header, row.study
    who = _HIDDEN if hidden else ", ".join(filter(None, (header.patient, header.patient_id)))
    state = f"{study.state}: {study.reason}" if study.reason else str(study.state)
    patient, received, is_at, sent, button = st.columns(_WIDTHS, vertical_alignment="center")
    patient.markdown(as_markdown(who or "not named"))
    received.markdown(as_markdown(row.received))
    is_at.html(f'<span class="he-state-{study.state}">{as_html(state)}</span>')
    sent.markdown(as_markdown(row.sent or "nowhere"))
    return button.button("Open", key=f"inbox {header.study_uid}")


def _audit() -> None:
    with st.expander("Audit trail"):
        if st.button("Check it"):
            found = verdict()
            if found.holds:
                st.success(f"{found.count} entries hold. Keep this head elsewhere: {found.head}")
            else:
                st.error(f"Entry {found.broken_at} is not what was sealed.")
        st.caption("`hescope trail export` prints every entry.")
