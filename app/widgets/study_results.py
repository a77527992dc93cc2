"""What the study found: tables with the paper's numbers beside, figures, files to take away."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import plotly.graph_objects as go
import streamlit as st

from app import session
from app.wording import as_html
from core.study.result import Cell, StudyResult, StudyTable
from core.study.write_study import write_study

_DIGITS = 3


def study_tables(result: StudyResult) -> None:
    """Facts, warnings and every table."""
    facts = " · ".join(f"{name}: {value}" for name, value in result.facts.items())
    st.html(f'<p class="he-note">{as_html(facts)}</p>')
    if result.warnings:
        notes = "".join(f'<li class="he-warning">{as_html(note)}</li>' for note in result.warnings)
        st.html(f'<ul class="he-findings">{notes}</ul>')
    for table in result.tables:
        st.html(_table(table))


def study_figures(result: StudyResult) -> None:
    """Every figure, two a row."""
    columns = st.columns(2, gap="medium")
    for place, shown in enumerate(result.figures):
        with columns[place % len(columns)]:
            st.html(f'<h2 class="he-h2">{as_html(shown.title)}</h2>')
            figure = go.Figure(shown.figure)
            figure.update_layout(width=None, height=400, margin={"t": 10}, template="plotly")
            figure.update_shapes(line_color="gray")  # black would be lost in the dark theme
            st.plotly_chart(
                figure, config={"displayModeBar": False}, key=session.table_key(shown.name)
            )
            st.caption(shown.in_words)


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
        TemporaryDirectory(prefix="hescope-") as folder,
        ZipFile(packed, "w", ZIP_DEFLATED) as zip_,
    ):
        for file in write_study(result, Path(folder)):
            zip_.write(file, file.name)
    return packed.getvalue()


def _table(table: StudyTable) -> str:
    head = "".join(f"<th>{as_html(title)}</th>" for title in table.columns.values())
    rows = "".join(
        f"<tr><th>{as_html(row.label)}</th>"
        + "".join(f"<td>{_cell(row.cells.get(name))}</td>" for name in table.columns)
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<h2 class="he-h2">{as_html(table.title)}</h2><table class="he-table he-study-table">'
        f'<tr><th></th>{head}</tr>{rows}</table><p class="he-note">{as_html(table.note)}</p>'
    )


def _cell(cell: Cell | None) -> str:
    """A number, its interval and p; below, smaller, what the paper printed and what to expect."""
    if cell is None:
        return ""
    return f"{as_html(cell.found(_DIGITS))}<small>{as_html(cell.beside(_DIGITS))}</small>"
