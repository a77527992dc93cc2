"""The hematoma's surface in three dimensions."""

import plotly.graph_objects as go
import streamlit as st

from app import session
from core.domain import Segmentation
from core.imaging.surface import surface_mm

_EYES = {
    "front, left": (1.2, -1.2, 0.6),
    "front": (0.0, -1.8, 0.0),
    "left": (1.8, 0.0, 0.0),
    "above": (0.0, -0.01, 1.8),
}
"""Where the reader stands, LPS."""


def surface(segmentation: Segmentation) -> None:
    """Surface that the mouse turns, in mm of the patient's frame; nothing for an empty mask."""
    if not segmentation.mask.any():
        st.caption("No hematoma, no surface.")
        return
    seen_from = st.segmented_control(
        "Seen from",
        _EYES,
        required=True,
        default="front, left",
        label_visibility="collapsed",
        key=session.study_key("surface seen from"),
    )
    vertices_mm, faces = surface_mm(segmentation)
    x, y, z = vertices_mm.T
    figure = go.Figure(
        go.Mesh3d(
            x=x,
            y=y,
            z=z,
            i=faces[:, 0],
            j=faces[:, 1],
            k=faces[:, 2],
            color="#d1495b",
            flatshading=False,
            hoverinfo="skip",
        )
    )
    figure.update_layout(
        height=270,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        scene={
            "aspectmode": "data",
            "camera": {"eye": dict(zip("xyz", _EYES[seen_from], strict=True))},
            "xaxis_title": "R ← → L",
            "yaxis_title": "A ← → P",
            "zaxis_title": "I ← → S",
        },
    )
    st.plotly_chart(figure, config={"displayModeBar": False}, key=session.study_key("surface"))
