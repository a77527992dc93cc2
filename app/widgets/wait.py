"""Waiting for a piece of work that was handed to the queue."""

from typing import TypeVar

import streamlit as st

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
    place = st.container()
    with place.container(key="assess_progress"):
        bar = st.progress(0.0)
        cancel = st.empty()
        cancel.button("Cancel", key="cancel", on_click=ticket.cancel)
    while not ticket.ended(_LOOK_S):
        standing = ticket.standing()
        bar.progress(standing.done, text=standing.in_words)
    bar.empty()
    cancel.empty()
    return ticket.result()
