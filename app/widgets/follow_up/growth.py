"""Whether a hematoma grew, for the page "Follow-up"."""

from datetime import datetime

import streamlit as st

from app.audit import noted
from app.widgets.common.notices import findings_band, simulated_leads
from app.wording import as_html
from core.domain import QualityFinding, Severity
from core.follow_up import FollowUp
from core.follow_up.files import JSON, PDF, follow_up_json
from core.follow_up.in_words import answer, growth, sentence
from core.follow_up.pdf import FollowUpReport, follow_up_pdf
from core.report.digits import model_name, percent


def growth_answer(found: FollowUp) -> None:
    """Expanded or not, growth, and what had been foretold; what changes that above it."""
    above = findings_band(_findings(found), simulated_leads(found.baseline, found.follow_up))
    if above:
        st.html(above)
    foretold = ", ".join(
        f"{model_name(estimate.kind)} {percent(estimate.p)}"
        for estimate in found.baseline.risk.all_estimates
        if estimate.p is not None
    )
    rate = percent(found.baseline.risk.base_rate)
    said = f"<p>Foretold at the baseline (base rate {rate}): {foretold}.</p>" if foretold else ""
    st.html(
        f'<section aria-label="Growth" data-expanded="{found.expanded}"><div class="he-grown">'
        f'<p class="he-p">{answer(found)}</p><p><b>{growth(found)}</b></p></div>'
        f"<p>{as_html(sentence(found))}</p>{said}</section>"
    )


def growth_files(found: FollowUp) -> None:
    """The comparison to take away."""
    studies = found.baseline, found.follow_up
    st.download_button(
        "Report (PDF)",
        noted(PDF, lambda: follow_up_pdf(FollowUpReport(found, datetime.now())), *studies),
        file_name=PDF,
        mime="application/pdf",
        on_click="ignore",
        width="stretch",
    )
    st.download_button(
        "Numbers (JSON)",
        noted(JSON, lambda: follow_up_json(found), *studies),
        file_name=JSON,
        mime="application/json",
        on_click="ignore",
        width="stretch",
    )


def _findings(found: FollowUp) -> list[QualityFinding]:
    """Those of the comparison, then warnings of either study."""
    of_studies = [
        QualityFinding(warned.code, warned.severity, f"{name}: {warned.message}", warned.remedy)
        for name, made in (("Baseline", found.baseline), ("Follow-up", found.follow_up))
        for warned in made.findings
        if warned.severity is not Severity.INFO
    ]
    return [*found.findings, *of_studies]
