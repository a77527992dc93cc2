"""What the study found: tables with the paper's numbers beside, figures, files to take away."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

import plotly.graph_objects as go
import streamlit as st

from app import session
from app.wording import as_html
from core.report.provenance import SIMULATED_COHORT
from core.study.result import StudyResult
from core.study.table_html import table_html
from core.study.write_study import write_study
from core.writing import scratch_folder

_SAVED_SCALE = 3  # of the screen's pixels, for print


def study_tables(result: StudyResult) -> None:
    """Facts, warnings and every table."""
    facts = " · ".join(f"{name}: {value}" for name, value in result.facts.items())
    st.html(f'<p class="he-note">{as_html(facts)}</p>')
    if result.warnings:
        notes = "".join(f'<li class="he-warning">{as_html(note)}</li>' for note in result.warnings)
        st.html(f'<ul class="he-findings">{notes}</ul>')
    for table in result.tables:
        st.html(table_html(table))


def study_figures(result: StudyResult) -> None:
    """Every figure, two a row."""
    columns = st.columns(2, gap="medium")
    for place, shown in enumerate(result.figures):
        with columns[place % len(columns)]:
            st.html(f'<h2 class="he-h2">{as_html(shown.title)}</h2>')
            figure = go.Figure(shown.figure)
            margin = {"t": 10, "r": 20}
            figure.update_layout(width=None, height=400, margin=margin, template="plotly")
            # A saved picture has no font of the page: letters measured by another one are cut off.
            figure.update_layout(legend={"orientation": "h", "y": -0.2}, font_family="sans-serif")
            if result.simulated:  # a saved picture has no banner above it
                title = {"text": SIMULATED_COHORT, "font_size": 13}
                figure.update_layout(title=title, margin={"t": 30})
            figure.update_shapes(line_color="gray")  # black would be lost in the dark theme
            name = f"hescope-{'simulated-' if result.simulated else ''}{shown.name}"
            config = _camera(name.replace("_", "-"))
            st.plotly_chart(figure, config=config, key=session.table_key(shown.name))
            st.caption(shown.in_words)


def _camera(name: str) -> dict[str, object]:
    """A camera that saves a figure under its name; plotly's other buttons would only crowd it."""
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"filename": name, "scale": _SAVED_SCALE},
    }


def study_download(result: StudyResult) -> None:
    """Everything as one zip, made when it is asked for."""
    st.download_button(
        "Download the study",
        lambda: zipped(result),
        file_name=f"hescope-study{'-simulated' if result.simulated else ''}.zip",
        mime="application/zip",
        help="study.html, which opens without a network; study.json with every number; a CSV for "
        "each table, an image for each figure.",
        on_click="ignore",
        width="stretch",
    )


def zipped(result: StudyResult) -> bytes:
    """Every file of a study as a zip archive."""
    packed = io.BytesIO()
    with (
        scratch_folder() as folder,
        ZipFile(packed, "w", ZIP_DEFLATED) as zip_,
    ):
        for file in write_study(result, folder):
            zip_.write(file, file.name)
    return packed.getvalue()
