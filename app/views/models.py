"""Which model answers here, and what is it worth?"""

import streamlit as st

from app import session
from app.loaded_model import chosen_model, device_in_words, loaded_model
from app.widgets.common.notices import show_error
from app.widgets.model.engine_choice import engine_choice
from app.widgets.model.model_card import model_card
from app.widgets.model.model_folder_choice import model_folder_choice
from core.errors import ModelInvalidError

folder = model_folder_choice(chosen_model())
engine = engine_choice(session.engine())
if engine != session.engine():
    session.choose_engine(engine)
try:
    model = loaded_model(folder)
except ModelInvalidError as error:
    show_error(error)
    st.caption(f"Meanwhile {chosen_model().name} answers.")
    st.stop()
if folder != chosen_model():
    session.choose_model(folder)
model_card(model.card, model.identity, device_in_words())
