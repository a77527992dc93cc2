"""What the reader must know of a study, and what went wrong, in the same calm form."""

from collections.abc import Sequence

import streamlit as st

from app.wording import as_html, as_markdown
from core.domain import Assessment, QualityFinding, Severity
from core.errors import HescopeError
from core.report.provenance import is_simulated

_WHAT_IF = ("What-if: not this patient", "the sliders suppose other findings.")
_SIMULATED = ("Simulated CT", "computed by HEscope; it shows no patient.")
_EDITED = ("Edited by reader", "volume and risk are those of the reader's outline.")


def show_error(error: HescopeError) -> None:
    """An error where the user is looking: what was found, and what to do."""
    st.error(
        f"**{as_markdown(error.message)}**\n\n{as_markdown(error.remedy)}", icon=":material/error:"
    )


def show_findings(findings: Sequence[QualityFinding]) -> None:
    """Quality findings, each with its severity and remedy."""
    if findings:
        items = "".join(
            f'<li class="he-{finding.severity}"><b>{finding.severity.capitalize()}</b> '
            f"{as_html(finding.message)} <span>{as_html(finding.remedy)}</span></li>"
            for finding in findings
        )
        st.html(f'<ul class="he-findings">{items}</ul>')


def band(assessment: Assessment, *, what_if: bool) -> str:
    """HTML of what changes the meaning of the numbers below it; empty where nothing does.

    A warning's remedy, and what is merely good to know, is one click away.  A finding that forbids
    all probabilities stands in their place (``forbidding``), not here.
    """
    said = (
        (_WHAT_IF, what_if),
        (_SIMULATED, is_simulated(assessment.volume.series)),
        (_EDITED, assessment.segmentation.edited_by_reader),
    )
    leads = [_lead(*words) for words, holds in said if holds]
    forbids = forbidding(assessment)
    return findings_band([found for found in assessment.findings if found is not forbids], leads)


def findings_band(shown: Sequence[QualityFinding], leads: Sequence[str] = ()) -> str:
    """HTML of findings, warnings first, below items (li) that lead them; empty without any."""
    items = [*leads, *(_opened(found) for found in shown if found.severity is not Severity.INFO)]
    minor = [finding for finding in shown if finding.severity is Severity.INFO]
    if minor:
        notes = "".join(
            f"<p>{as_html(found.message)} <span>{as_html(found.remedy)}</span></p>"
            for found in minor
        )
        count = "1 note" if len(minor) == 1 else f"{len(minor)} notes"
        items.append(
            f'<li class="he-info"><details><summary>{count} on the images</summary>{notes}'
            "</details></li>"
        )
    return f'<ul class="he-band">{"".join(items)}</ul>' if items else ""


def forbidding(assessment: Assessment) -> QualityFinding | None:
    """Finding that leaves no probability to be given, None where there is none."""
    why = assessment.out_of_scope
    if why is None:
        return None
    found = (finding for finding in assessment.findings if finding.message == why)
    return next(found, QualityFinding("out-of-scope", Severity.WARNING, why, ""))


def simulated_leads(*made: Assessment) -> list[str]:
    """Item that leads a band where one of the CTs is simulated."""
    simulated = any(is_simulated(one.volume.series) for one in made)
    return [_lead(*_SIMULATED)] if simulated else []


def _lead(words: str, more: str) -> str:
    return f"<li><b>{words}</b>: {more}</li>"


def _opened(finding: QualityFinding) -> str:
    return (
        f'<li class="he-{finding.severity}"><details><summary>'
        f"<b>{finding.severity.capitalize()}</b> {as_html(finding.message)}</summary>"
        f"<span>{as_html(finding.remedy)}</span></details></li>"
    )
