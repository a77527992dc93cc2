"""Where the table of a cohort comes from: an upload, a path on this computer, or simulation."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from app import session
from app.opening_table import open_table, simulated_table
from app.widgets.common.notices import show_error
from app.widgets.common.pasted_path import pasted_path
from app.widgets.common.table_columns import table_columns
from app.wording import as_html
from core.cohort.columns import PATIENT
from core.cohort.table import CohortTable
from core.errors import HescopeError
from core.report.provenance import SIMULATED_COHORT
from core.risk.table1 import N_SCANNED

_PATH = "table path"
_REFUSED = session.table_key("refused")


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
    st.button(
        f"Simulate the paper's cohort ({N_SCANNED} patients)",
        type="primary",
        on_click=_open,
        args=(simulated_table,),
    )
    st.html('<h2 class="he-h2">Open your own table</h2>')
    by_path, by_upload = st.columns(2)
    with by_path.container(border=True, height="stretch"):
        _path()
    with by_upload.container(border=True, height="stretch"):
        upload = st.file_uploader("CSV file, UTF-8", type=["csv"], key=session.upload_key())
        st.caption(
            "Read in memory and not kept. A table that points to studies needs its path: an upload "
            "leaves them behind."
        )
    table_columns()
    if upload:
        _open(partial(open_table, upload))
    refused = session.value(_REFUSED)
    if refused:
        with failed:
            show_error(refused)
    elif upload:
        st.rerun()


def _open(make: Callable[[], CohortTable]) -> None:
    """Open a table; what is wrong with it is kept to be said."""
    session.set_value(_REFUSED, None)
    try:
        session.open_table(make())
    except HescopeError as error:
        session.set_value(_REFUSED, error)


def _path() -> None:
    with st.form("table path form", border=False):
        st.text_input(
            "Path of a cohort.csv, or of its folder, on this computer",
            placeholder="/data/cohort",
            key=_PATH,
        )
        st.form_submit_button("Open this table", on_click=_open_path)
    st.caption(
        f"One row a patient; a column {PATIENT} with a pseudonym; units in the names of the "
        "columns, as in fibrinogen_mg_dl."
    )


def _open_path() -> None:
    path = pasted_path(session.value(_PATH))
    if path:
        _open(partial(open_table, path))


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
    another.button("Open another table", width="stretch", on_click=session.close_table)
    if table.simulated:
        st.html(f'<p class="he-simulated">{SIMULATED_COHORT}</p>')
