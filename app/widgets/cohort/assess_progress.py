"""Progress of long work: stage, time left, and a way out."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.widgets.common.wait import bar_with_cancel
from core.progress import Progress
from core.queue import about, foretold_s


@contextmanager
def assess_progress(first: str = "Loading the networks") -> Iterator[Progress]:
    """Progress on a bar that is there while the work lasts, with a button that ends the work.

    first: what goes on until the first report.  Streamlit ends a page's run, and so the work, at
    its next report once a button is clicked.
    """
    began = time.monotonic()
    bar, cancel = bar_with_cancel(f"{first} …")

    def show(stage: str, done: float) -> None:
        left_s = foretold_s(time.monotonic() - began, done)
        left = "" if left_s is None else f" {about(left_s)} left"
        bar.progress(done, text=f"{stage} …{left}")

    try:
        yield show
    finally:
        bar.empty()
        cancel.empty()
