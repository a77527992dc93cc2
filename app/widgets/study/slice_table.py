"""Slice by slice: what the networks say, linked to the viewer."""

import pandas as pd
import streamlit as st

from app import session
from core.domain import Assessment
from core.imaging.measures import slice_volumes_ml

_KEY = session.study_key("slice table")
_DOUBTFUL = 0.1  # a slice that the classifier was not sure of is worth a look


def slice_table(assessment: Assessment) -> None:
    """Table of the slices; a click shows one in the viewer."""
    rows = _rows(assessment)
    every = session.choice_key("all slices")
    session.recall(every)
    if not st.toggle("All slices", key=every, persist_state="session"):
        rows = rows[(rows["Area, mm²"] > 0) | (rows["P(hematoma)"] >= _DOUBTFUL)]
    selected = st.dataframe(
        rows,
        hide_index=True,
        height=205,
        on_select="rerun",
        selection_mode="single-row",
        key=_KEY,
        placeholder="\N{EM DASH}",
        column_config={
            "Slice": st.column_config.NumberColumn(width="small"),
            "P(hematoma)": st.column_config.ProgressColumn(min_value=0, max_value=1, format="%.2f"),
            "DL score": st.column_config.NumberColumn(format="%.3f"),
            "Area, mm²": st.column_config.NumberColumn(format="%.0f"),
            "Weight, %": st.column_config.NumberColumn(
                format="%.0f", help="Share of the hematoma's volume: the slice's weight in nDL."
            ),
        },
    )
    st.caption(
        "Click a row to see the slice. Grad-CAM, in the viewer, shows where the network looked, "
        "not why."
    )
    for row in selected["selection"]["rows"]:
        index = int(rows["Slice"].iloc[row]) - 1
        if session.goto_slice() != index:
            session.show_slice(index)


def _rows(assessment: Assessment) -> pd.DataFrame:
    """One row a slice, cranial first as in the viewer."""
    volumes = slice_volumes_ml(assessment.segmentation.mask, assessment.volume.geometry)
    total = float(volumes.sum())
    return pd.DataFrame(
        {
            "Slice": result.index + 1,
            "z, mm": round(result.z_mm, 1),
            "P(hematoma)": result.p_hematoma,
            "Area, mm²": result.area_mm2,
            "DL score": result.dl_score,
            "Weight, %": 100 * volume / total if total else None,
        }
        for result, volume in zip(assessment.slices[::-1], volumes[::-1], strict=True)
    )
