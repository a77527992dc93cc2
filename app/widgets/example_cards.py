"""The bundled, simulated studies, one card each."""

from pathlib import Path

import streamlit as st

from app.opening import examples
from app.wording import as_markdown


def example_cards() -> Path | None:
    """Example that the user has just chosen, None while there is none."""
    chosen = None
    shown = examples()
    for column, example in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{as_markdown(example.title)}**")
            st.caption(as_markdown(example.description))
            first = example is shown[0]
            if st.button(
                "See this example",
                key=f"example {example.folder.name}",
                type="primary" if first else "secondary",
            ):
                chosen = example.folder
    return chosen
