"""What the reader must know of the numbers: findings of the study, and what they rest on."""

from dataclasses import dataclass

from core.domain import QualityFinding, Severity
from core.report.digits import model_name
from core.report.evidence import disagreement
from core.report.nifti import nifti_findings
from core.report.pdf.content import Report
from core.risk.outcome import LIMITS
from core.risk.published import is_lee_2024


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know; ``lead`` says of what kind, or about what, it is."""

    lead: str
    text: str
    alarming: bool = False


def notes(report: Report) -> list[Note]:
    """Notes by importance: warnings, what the numbers rest on, what is merely good to know."""
    assessment = report.assessment
    findings = (*assessment.findings, *nifti_findings(assessment.volume.geometry))
    minor = [finding for finding in findings if finding.severity is Severity.INFO]
    grave = [finding for finding in findings if finding.severity is not Severity.INFO]
    return [
        *_simulation(report),
        *_disagreement(report),
        *[_of(finding) for finding in grave],
        Note("Outcome-based", f"{LIMITS}."),
        Note("Image score", f"{report.card.expansion_labels}."),
        *_reconstruction(report),
        Note(
            "Intervals",
            "they hold the uncertainty of the coefficients alone (and of L5's scale). A "
            "probability is no instruction to treat.",
        ),
        *[_of(finding) for finding in minor],
    ]


def _simulation(report: Report) -> list[Note]:
    if not report.simulated:
        return []
    return [Note("Simulated CT", "it was computed by HEscope and shows no patient.", alarming=True)]


def _disagreement(report: Report) -> list[Note]:
    words = disagreement(report.assessment.risk, report.models_used)
    return [Note("The models disagree", words, alarming=True)] if words else []


def _of(finding: QualityFinding) -> Note:
    return Note(
        finding.severity.capitalize(),
        f"{finding.message} {finding.remedy}",
        alarming=finding.severity is not Severity.INFO,
    )


def _reconstruction(report: Report) -> list[Note]:
    kinds = [kind for kind, model in report.models_used.items() if is_lee_2024(model)]
    if not kinds:
        return []
    names = ", ".join(map(model_name, kinds))
    return [
        Note("Coefficients", f"reconstructed from rounded published tables for {names}."),
        Note(
            "AUC", "published: of 107 test patients; expected: of a large cohort like the paper's."
        ),
    ]
