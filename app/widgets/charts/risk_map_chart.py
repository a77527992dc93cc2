"""Risk over the values of two findings at once, where the patient stands, and the threshold."""

import math

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.domain import FloatArray
from core.report.digits import value_of
from core.risk.image_variables import ALL_VARIABLES
from core.risk.whatif import Patient, RiskCurve, RiskMap

_HEIGHT, _FONT_PX = 205, 13  # its part of the page is that high at 1366 x 768
_CELL = 0.499  # of a whole value, to either side


def risk_map_chart(found: RiskMap, patient: Patient, threshold: float) -> go.Figure:
    """Heat map with the patient as a ring and the threshold as a line."""
    across, down = found.across, found.down
    x, y, z = across.values.tolist(), down.values.tolist(), found.p.tolist()
    (wide, columns), (high, rows) = _cells(across), _cells(down)
    standing = [patient.value(across.variable)] * 2, [patient.value(down.variable)] * 2
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
                x=wide.tolist(),
                y=high.tolist(),
                z=found.p[np.ix_(rows, columns)].tolist(),
                contours={"coloring": "none", "start": threshold, "end": threshold, "size": 1},
                line={"color": "white", "width": 2, "dash": "dash", "smoothing": 0},
                hoverinfo="skip",
                showscale=False,
            ),
            go.Scatter(
                x=standing[0],
                y=standing[1],
                mode="markers",
                marker={
                    "symbol": "circle-open",
                    "size": 12,
                    "color": ["black", "white"],  # seen on every color of the map
                    "line_width": [6, 3],
                },
                hoverinfo="skip",
            ),
        ]
    )
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        font_size=_FONT_PX,
        showlegend=False,
        xaxis=_axis(across),
        yaxis=_axis(down),
    )
    return figure


def _cells(curve: RiskCurve) -> tuple[FloatArray, NDArray[np.intp]]:
    """Where the threshold's line is told the risk, and the index of the value there.

    A whole value holds to the edges of its cell: between 8 and 9 points of the GCS is nothing.
    """
    indices = np.arange(len(curve.values))
    if not curve.stepped:
        return curve.values, indices
    return np.repeat(curve.values, 2) + np.tile([-_CELL, _CELL], len(indices)), indices.repeat(2)


def _axis(curve: RiskCurve) -> dict[str, object]:
    axis = {"title": _titled(curve.variable, curve.label), "automargin": True}
    if not curve.stepped:
        return axis
    least, most = float(curve.values[0]), float(curve.values[-1])
    return axis | {"tick0": least, "dtick": max(1, math.ceil((most - least) / 5))}


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
    return f"{label}, {unit}" if unit else label
