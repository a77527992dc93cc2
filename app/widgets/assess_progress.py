"""Progress of long work: stage, time left, and a way out."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.progress import Progress

# Below this share of the work, the rest cannot be foretold from it.
_FORETELLING = 0.2


@contextmanager
def assess_progress(first: str = "Loading the networks") -> Iterator[Progress]:
    """Progress on a bar that is there while the work lasts, with a button that ends the work.

    first: what goes on until the first report.  Streamlit ends a page's run, and so the work, at
    its next report once a button is clicked.
    """
    place = st.container()
    began = time.monotonic()
    with place.container(key="assess_progress"):
        bar = st.progress(0.0, text=f"{first} …")
        cancel = st.empty()
        cancel.button("Cancel", key="cancel")

    def show(stage: str, done: float) -> None:
        bar.progress(done, text=f"{stage} …{_time_left(time.monotonic() - began, done)}")

    try:
        yield show
    finally:
        bar.empty()
        cancel.empty()


def _time_left(elapsed_s: float, done: float) -> str:
    if done < _FORETELLING:
        return ""
    return f" about {max(1, round(elapsed_s * (1 - done) / done))} s left"
