"""The bundled, simulated studies, one card each."""

import streamlit as st

from app import session
from app.opening import examples
from app.wording import as_markdown


def example_cards() -> None:
    """Hands over the example that the user chooses."""
    shown = examples()
    for column, example in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{as_markdown(example.title)}**")
            st.caption(as_markdown(example.description))
            first = example is shown[0]
            st.button(
                "See this example",
                key=f"example {example.folder.name}",
                type="primary" if first else "secondary",
                on_click=session.hand,
                args=(example.folder,),
            )
