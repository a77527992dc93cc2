"""Which model answers here, and what is it worth?"""

from app.loaded_model import device_in_words, loaded_model
from app.widgets.model_card import model_card

model = loaded_model()
model_card(model.card, model.identity, device_in_words())
