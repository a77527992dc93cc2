"""The colors that mean something, the same on every page and in every chart."""

from core.domain import EstimateKind

MODEL_COLORS: dict[EstimateKind, str] = {
    "outcome": "#CC79A7",
    "image": "#E69F00",
    "clinical": "#009E73",
    "integrated": "#0072B2",
}
"""Of the models, told apart by the color-blind (Okabe and Ito)."""

OUTLINE, CASING = "#00E5FF", "#101820"
"""Of the hematoma's outline, as in the viewer, and of its dark edge, which a gray print shows."""

HEAT = ("#000004", "#57106E", "#BC3754", "#F98E09", "#FCFFA4")
"""Inferno at 0, 1/4, 1/2, 3/4 and 1, as in the viewer: bright only where activation is high."""
