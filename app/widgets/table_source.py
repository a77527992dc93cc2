"""Where the table of a cohort comes from: an upload, a path on this computer, or simulation."""

from pathlib import Path

import streamlit as st

from app import session
from app.opening_table import open_table, simulated_table
from app.widgets.notices import show_error
from app.widgets.pasted_path import pasted_path
from app.wording import as_html
from core.cohort.columns import PATIENT
from core.cohort.table import CohortTable
from core.errors import HescopeError
from core.report.provenance import SIMULATED_COHORT
from core.risk.table1 import N_SCANNED


def table_source(question: str, words: str) -> CohortTable:
    """The open table; while there is none, the page is three ways to one, and ends here."""
    opened = session.table()
    if opened is None:
        st.html(f'<div class="he-home"><h1>{as_html(question)}</h1><p>{as_html(words)}</p></div>')
        _choose()
        st.stop()
    _whose(opened)
    return opened


def _choose() -> None:
    failed = st.container()
    st.html('<h2 class="he-h2">See it at work on simulated patients</h2>')
    simulate = st.button(f"Simulate the paper's cohort ({N_SCANNED} patients)", type="primary")
    st.html('<h2 class="he-h2">Open your own table</h2>')
    by_path, by_upload = st.columns(2)
    with by_path.container(border=True, height="stretch"):
        path = _path()
    with by_upload.container(border=True, height="stretch"):
        upload = st.file_uploader("CSV file, UTF-8", type=["csv"], key=session.upload_key())
        st.caption(
            "Read in memory and not kept. A table that points to studies needs its path: an upload "
            "leaves them behind."
        )
    handed = path or upload
    if simulate or handed:
        try:
            session.open_table(open_table(handed) if handed else simulated_table())
        except HescopeError as error:
            with failed:
                show_error(error)
            return
        st.rerun()


def _path() -> Path | None:
    """Path that the user has just entered, None while there is none."""
    with st.form("table path", border=False):
        entered = st.text_input(
            "Path of a cohort.csv, or of its folder, on this computer", placeholder="/data/cohort"
        )
        submitted = st.form_submit_button("Open this table")
    st.caption(
        f"One row a patient; a column {PATIENT} with a pseudonym; units in the names of the "
        "columns, as in fibrinogen_mg_dl. The README lists them all."
    )
    return pasted_path(entered) if submitted else None


def _whose(table: CohortTable) -> None:
    whose, another = st.columns([9, 1.6], vertical_alignment="center")
    warnings = len(table.problems) - len(table.refusals)
    facts = (
        table.path.name,
        f"{len(table.rows)} patients",
        f"{len(table.refusals)} to mend",
        f"{warnings} warning{'' if warnings == 1 else 's'}",
    )
    whose.html(f'<p class="he-study">{" · ".join(as_html(fact) for fact in facts)}</p>')
    if another.button("Open another table", width="stretch"):
        session.close_table()
        st.rerun()
    if table.simulated:
        st.html(f'<p class="he-simulated">{SIMULATED_COHORT}</p>')
