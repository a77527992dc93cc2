"""What the columns of a cohort's table mean, in place, and a table to begin with."""

import streamlit as st

from app.opening_table import EXAMPLE_PATIENTS, example_csv
from app.wording import as_html
from core.cohort.columns import FILES, PATIENT, VALUES
from core.risk.variables import Variable


def table_columns() -> None:
    """An example to download, and every column with unit, range and meaning."""
    st.download_button(
        f"Example table (CSV, {EXAMPLE_PATIENTS} simulated patients)",
        example_csv,
        file_name="cohort.csv",
        mime="text/csv",
        on_click="ignore",
    )
    rows = f"<tr><th>{PATIENT}</th><td></td><td>Pseudonym of the patient, in every row.</td></tr>"
    rows += "".join(_row(variable) for variable in VALUES.values())
    rows += "".join(
        f"<tr><th>{name}</th><td>path</td><td>{as_html(words)}</td></tr>"
        for name, words in FILES.items()
    )
    with st.expander("What each column means; all but the first may be left out"):
        st.html(
            '<table class="he-table"><tr><th>Column</th><th>Values</th><th>Meaning</th></tr>'
            f"{rows}</table>"
        )


def _row(variable: Variable) -> str:
    return (
        f"<tr><th>{variable.name}</th><td>{as_html(_values(variable))}</td>"
        f"<td>{as_html(f'{variable.label}. {variable.help}')}</td></tr>"
    )


def _values(variable: Variable) -> str:
    if variable.kind == "boolean":
        return "yes, no"
    if variable.choices:
        return ", ".join(variable.choices)
    if variable.hard_range is None:
        return variable.unit
    low, high = variable.hard_range
    return f"{low:g} to {variable.quantity(high)}"
