"""Odds ratios of the three models with their 95 % intervals, on one logarithmic axis."""

import plotly.graph_objects as go
import streamlit as st

from core.risk.estimate import RiskModels
from core.risk.logistic import LogisticModel
from core.risk.odds_ratios import OddsRatio, odds_ratios

# Distinct to the color-blind (Okabe and Ito) and in print (symbols), on light and on dark.
_STYLE = {
    "image": ("#E69F00", "diamond"),
    "clinical": ("#009E73", "square"),
    "integrated": ("#0072B2", "circle"),
}


def forest_plot(models: RiskModels) -> None:
    """Odds ratio of every term for a useful step of its variable."""
    figure = go.Figure([_trace(m) for m in (models.integrated, models.clinical, models.image)])
    figure.add_vline(x=1, line_dash="dot", line_color="gray")
    figure.update_xaxes(type="log", title="Odds ratio of expansion", tickvals=[0.5, 1, 2, 4, 8])
    figure.update_layout(
        height=330, margin={"l": 10, "r": 10, "t": 10, "b": 10}, scattermode="group", scattergap=0.4
    )
    st.plotly_chart(figure, config={"displayModeBar": False}, key="forest")


def _trace(model: LogisticModel) -> go.Scatter:
    ratios = odds_ratios(model)
    color, symbol = _STYLE[model.kind]
    return go.Scatter(
        name=f"{model.kind.capitalize()}-to-HE",
        x=[ratio.value for ratio in ratios],
        y=[f"{ratio.label} {ratio.contrast}" for ratio in ratios],
        error_x={
            "array": [ratio.ci95[1] - ratio.value for ratio in ratios],
            "arrayminus": [ratio.value - ratio.ci95[0] for ratio in ratios],
        },
        text=[_in_words(ratio) for ratio in ratios],
        hovertemplate="%{y}<br>%{text}",
        mode="markers",
        orientation="h",
        marker={"color": color, "symbol": symbol, "size": 9},
    )


def _in_words(ratio: OddsRatio) -> str:
    low, high = ratio.ci95
    return f"{ratio.value:.2f} ({low:.2f}\N{EN DASH}{high:.2f}), p = {ratio.p:.3f}"
