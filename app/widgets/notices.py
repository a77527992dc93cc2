"""What the reader must know of a study, and what went wrong, in the same calm form."""

from collections.abc import Sequence

import streamlit as st

from app.wording import as_html, as_markdown
from core.domain import QualityFinding, Severity
from core.errors import HescopeError


def show_error(error: HescopeError) -> None:
    """An error where the user is looking: what was found, and what to do."""
    st.error(
        f"**{as_markdown(error.message)}**\n\n{as_markdown(error.remedy)}", icon=":material/error:"
    )


def show_findings(findings: Sequence[QualityFinding]) -> None:
    """Quality findings, warnings first, each with its severity and remedy."""
    if findings:
        items = "".join(
            f'<li class="he-{finding.severity}"><b>{finding.severity.capitalize()}</b> '
            f"{as_html(finding.message)} <span>{as_html(finding.remedy)}</span></li>"
            for finding in sorted(findings, key=lambda finding: finding.severity is Severity.INFO)
        )
        st.html(f'<ul class="he-findings">{items}</ul>')
