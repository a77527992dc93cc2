"""What will answer here: model, device, and what the tool is not."""

import streamlit as st

from app.loaded_model import device_in_words
from app.wording import as_html
from core.assets import bundled_model
from core.models.card import CARD, read_card


def status() -> None:
    """Model and device in one line, then what HEscope is and is not."""
    card = read_card(bundled_model() / CARD)
    st.html(
        f'<p class="he-note">Model {as_html(card.name)} {as_html(card.version)} · '
        f"{as_html(device_in_words())} · works offline: nothing leaves this computer.</p>"
        '<p class="he-note">HEscope is a research tool after Lee et al., Neuroradiology 2024. It '
        "measures and estimates; it does not diagnose, triage or advise on treatment. For adults "
        "with acute spontaneous intracerebral hemorrhage; not for trauma, tumor, vascular "
        "malformation, or after surgery.</p>"
    )
