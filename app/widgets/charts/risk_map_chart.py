"""Risk over the values of two findings at once, where the patient stands, and the threshold."""

import plotly.graph_objects as go

from core.report.digits import value_of
from core.risk.image_variables import ALL_VARIABLES
from core.risk.whatif import Patient, RiskMap

_HEIGHT, _FONT_PX = 260, 13


def risk_map_chart(found: RiskMap, patient: Patient, threshold: float) -> go.Figure:
    """Heat map with the patient as a ring and the threshold as a line."""
    across, down = found.across, found.down
    x, y, z = across.values.tolist(), down.values.tolist(), found.p.tolist()
    figure = go.Figure(
        [
            go.Heatmap(
                x=x,
                y=y,
                z=z,
                zmin=0,
                zmax=1,
                colorscale="Cividis",
                colorbar={"tickformat": ".0%", "thickness": 12},
                hovertemplate=f"{across.label} %{{x}}<br>{down.label} %{{y}}<br>"
                "Risk %{z:.0%}<extra></extra>",
            ),
            go.Contour(
                x=x,
                y=y,
                z=z,
                contours={"coloring": "none", "start": threshold, "end": threshold, "size": 1},
                line={"color": "white", "width": 2, "dash": "dash"},
                hoverinfo="skip",
                showscale=False,
            ),
            go.Scatter(
                x=[patient.value(across.variable)],
                y=[patient.value(down.variable)],
                mode="markers",
                marker={"symbol": "circle-open", "size": 12, "color": "white", "line_width": 3},
                hoverinfo="skip",
            ),
        ]
    )
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        font_size=_FONT_PX,
        showlegend=False,
        xaxis={"title": _titled(across.variable, across.label), "automargin": True},
        yaxis={"title": _titled(down.variable, down.label), "automargin": True},
    )
    return figure


def at_extreme(found: RiskMap, *, highest: bool) -> tuple[float, str]:
    """Lowest or highest risk of the map, and at which values, in words."""
    place = int(found.p.argmax() if highest else found.p.argmin())
    row, column = divmod(place, found.p.shape[1])
    named = (
        f"{curve.label} {value_of(curve.variable, float(curve.values[index]))}"
        for curve, index in ((found.across, column), (found.down, row))
    )
    return float(found.p[row, column]), ", ".join(named)


def _titled(variable: str, label: str) -> str:
    unit = ALL_VARIABLES[variable].unit
    return f"{label} ({unit})" if unit else label
