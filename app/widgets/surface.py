"""The hematoma's surface in three dimensions."""

import plotly.graph_objects as go
import streamlit as st

from app import session
from core.domain import Segmentation
from core.imaging.surface import surface_mm


def surface(segmentation: Segmentation) -> None:
    """Surface that the mouse turns, in mm of the patient's frame; nothing for an empty mask."""
    if not segmentation.mask.any():
        st.caption("No hematoma, no surface.")
        return
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
            "xaxis_title": "R ← → L",
            "yaxis_title": "A ← → P",
            "zaxis_title": "I ← → S",
        },
    )
    st.plotly_chart(figure, config={"displayModeBar": False}, key=session.study_key("surface"))
