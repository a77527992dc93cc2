"""What will answer here: model, device, and what the tool is not."""

import streamlit as st

from app.loaded_model import chosen_model, device_in_words
from app.widgets.common.notices import show_error
from app.wording import as_html
from core.errors import ModelInvalidError
from core.models.card import CARD, read_card


def status() -> None:
    """Model and device in one line, then what HEscope is and is not."""
    try:
        card = read_card(chosen_model() / CARD)
    except ModelInvalidError as error:
        show_error(error)
        return
    st.html(
        f'<p class="he-note">Model {as_html(card.name)} {as_html(card.version)} · '
        f"{as_html(device_in_words())} · works offline: nothing leaves this computer.</p>"
        '<p class="he-note">HEscope is a research tool after Lee et al., Neuroradiology 2024. It '
        "measures and estimates; it does not diagnose, triage or advise on treatment. For adults "
        "with acute spontaneous intracerebral hemorrhage; not for trauma, tumor, vascular "
        "malformation, or after surgery.</p>"
    )
