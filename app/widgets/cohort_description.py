"""Who is in a cohort, by outcome."""

import streamlit as st

from app.wording import as_html
from core.cohort.describe import CohortDescription, Count, Summary, VariableDescription
from core.report.wording import percent


def cohort_description(description: CohortDescription) -> None:
    """Counts, means and standard deviations of each variable in all patients and by outcome."""
    rate = description.outcome_rate
    share = "" if rate is None else f" ({percent(rate)})"
    rows = "".join(_row(variable) for variable in description.variables)
    st.html(
        f'<p class="he-words">{description.patients} patients, {description.outcome_known} with a '
        f"known outcome, {description.expanded} expanded{share}.</p>"
        '<table class="he-table"><tr><th></th><th>All</th><th>Expanded</th><th>Not expanded</th>'
        f"<th>Unknown</th></tr>{rows}</table>"
        '<p class="he-note">Mean ± SD, or count (share of those known). Nothing is imputed.</p>'
    )


def _row(variable: VariableDescription) -> str:
    name = variable.label if variable.level is None else f"{variable.label}: {variable.level}"
    label = f"{name}, {variable.unit}" if variable.unit else name
    cells = "".join(
        f"<td>{as_html(_in_words(summary))}</td>"
        for summary in (variable.all, variable.expanded, variable.not_expanded)
    )
    return f"<tr><th>{as_html(label)}</th>{cells}<td>{variable.all.missing}</td></tr>"


def _in_words(summary: Summary) -> str:
    if not summary.n:
        return "\N{EM DASH}"
    if isinstance(summary, Count):
        return f"{summary.count} ({percent(summary.count / summary.n)})"
    sd = "\N{EM DASH}" if summary.sd is None else f"{summary.sd:.3g}"
    return f"{summary.mean:.4g} ± {sd}"
