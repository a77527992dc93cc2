"""What a page says when HEscope itself fails: ours to say, in calm words, nothing lost."""

import streamlit as st

from app.launch.journal import LOGGER
from app.wording import as_markdown
from core.crash_report import place, please_send, write_crash_report


def show_fault(error: Exception) -> bool:
    """Say what happened and what was kept, in the place of Streamlit's own box; True: said."""
    LOGGER.error("a page failed\n%s", place(type(error), error.__traceback__))
    st.error(
        "**Something failed in HEscope itself, not in your study.**\n\nThe study that is open and "
        f"what was entered are kept. {as_markdown(please_send(write_crash_report(error)))}",
        icon=":material/error:",
    )
    st.button("Try again", key=f"try again {id(error)}")
    return True
