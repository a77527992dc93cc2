"""Waiting for a piece of work that was handed to the queue."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.queue import Ticket

Result = TypeVar("Result")

_LOOK_S = 0.2


def wait(ticket: Ticket[Result]) -> Result:
    """Result of a ticket; meanwhile its stage, or who goes first, and a button that cancels it.

    The page may be run anew, or closed, while it waits: the work goes on.

    Raises
    ------
    Cancelled
        The user had enough.
    """
    bar, cancel = bar_with_cancel("", ticket.cancel)
    while not ticket.ended(_LOOK_S):
        standing = ticket.standing()
        bar.progress(standing.done, text=standing.in_words)
    bar.empty()
    cancel.empty()
    return ticket.result()


def bar_with_cancel(
    text: str, on_cancel: Callable[[], None] | None = None
) -> tuple[DeltaGenerator, DeltaGenerator]:
    """A bar of progress and the place of its button; both are to be emptied at the end."""
    with st.container(key="assess_progress"):
        bar = st.progress(0.0, text=text)
        cancel = st.empty()
        cancel.button("Cancel", key="cancel", on_click=on_cancel)
    return bar, cancel
