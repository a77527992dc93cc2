"""Results of a reader's outline, sent back to where the first ones went."""

from collections.abc import Callable

import streamlit as st

from app import inbox, session
from app.widgets.common.notices import show_error
from core.errors import HescopeError
from core.report.pdf import Report


def send_edited(make: Callable[[], Report]) -> None:
    """A button that queues them, and what came of it."""
    st.button("Send edited results to the archive", width="stretch", on_click=_send, args=(make,))
    answer = session.value(_answer_key())
    if isinstance(answer, HescopeError):
        show_error(answer)
    elif answer:
        st.success(answer)
    st.caption(
        "SEG, SR, color slices, report and key objects in series of their own, marked "
        '"Edited by reader"; what was sent before stays in the archive.'
    )


def _send(make: Callable[[], Report]) -> None:
    try:
        nodes = inbox.send_edited(make())
    except HescopeError as error:
        session.set_value(_answer_key(), error)
    else:
        told = f"Queued for {', '.join(nodes)}: the node that listens sends it; see Inbox."
        session.set_value(_answer_key(), told)


def _answer_key() -> str:
    return session.study_key("marker of what was sent")  # forgotten with the outline
