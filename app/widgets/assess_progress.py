"""Progress of an assessment, stage by stage."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.progress import Progress


@contextmanager
def assess_progress() -> Iterator[Progress]:
    """Progress on a bar that is there while the work lasts."""
    bar = st.progress(0.0, text="Loading the networks …")

    def show(stage: str, done: float) -> None:
        bar.progress(done, text=f"{stage} …")

    try:
        yield show
    finally:
        bar.empty()
