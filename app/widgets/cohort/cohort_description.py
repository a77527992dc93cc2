"""Who is in a cohort, by outcome."""

import streamlit as st

from app.wording import as_html
from core.cohort.describe import CohortDescription, VariableDescription
from core.cohort.in_words import patients_in_words, summary_in_words


def cohort_description(description: CohortDescription) -> None:
    """Counts, means and standard deviations of each variable in all patients and by outcome."""
    rows = "".join(_row(variable) for variable in description.variables)
    st.html(
        f'<p class="he-words">{as_html(patients_in_words(description))}.</p>'
        '<table class="he-table"><tr><th></th><th>All</th><th>Expanded</th><th>Not expanded</th>'
        f"<th>Unknown</th></tr>{rows}</table>"
        '<p class="he-note">Mean ± SD, or count (share of those known). Nothing is imputed.</p>'
    )


def _row(variable: VariableDescription) -> str:
    name = variable.label if variable.level is None else f"{variable.label}: {variable.level}"
    label = f"{name}, {variable.unit}" if variable.unit else name
    cells = "".join(
        f"<td>{as_html(summary_in_words(summary))}</td>"
        for summary in (variable.all, variable.expanded, variable.not_expanded)
    )
    return f"<tr><th>{as_html(label)}</th>{cells}<td>{variable.all.missing}</td></tr>"
