"""The probabilities of expansion: the outcome-based one first, then the paper's three."""

from app.wording import as_html
from core.domain import EstimateKind, QualityFinding, Risk, RiskEstimate
from core.models.folder import Model
from core.report.digits import interval, model_name, natural_frequency, percent
from core.report.evidence import against_threshold, disagreement, evidence
from core.risk.estimate import estimate, models_used
from core.risk.outcome import LIMITS
from core.risk.whatif import Patient


def probability_panel(
    patient: Patient, model: Model, threshold: float, *, baseline: Risk | None = None
) -> str:
    """HTML of each model's risk with interval, natural frequency and state of the evidence.

    A ``baseline`` makes the panel a what-if.
    """
    risk = estimate(patient.image, patient.clinical, model.risk, patient.base_rate)
    used = models_used(model.risk, patient.clinical, patient.image)
    known = evidence(used, model.risk, model.card)
    answers = "".join(
        _answer(found, known[found.kind], risk.base_rate, threshold, baseline)
        for found in risk.all_estimates
    )
    apart = disagreement(risk, used)
    warned = f'<p class="he-apart"><b>They disagree.</b> {as_html(apart)}</p>' if apart else ""
    return (
        f'<section class="he-risks{" he-supposed" if baseline else ""}" '
        f'aria-label="Probability of hematoma expansion">{answers}{warned}</section>'
    )


def no_probability(finding: QualityFinding) -> str:
    """HTML of what stands in the place of all probabilities where a finding forbids them."""
    return (
        '<section class="he-forbidden" aria-label="Probability of hematoma expansion">'
        "<h4>No probability of expansion is given</h4>"
        f"<p>{as_html(finding.message)}</p><p>{as_html(finding.remedy)}</p></section>"
    )


def _answer(
    found: RiskEstimate,
    known: str,
    base_rate: float,
    threshold: float,
    baseline: Risk | None,
) -> str:
    before: RiskEstimate | None = getattr(baseline, found.kind) if baseline else None
    return (
        f'<article class="he-risk he-{found.kind}" data-model="{found.kind}"{_tip(found.kind)}>'
        f"<h4>{_title(found.kind)}</h4>{_number(found, threshold)}"
        f"{_scale(found, before, base_rate, threshold)}{_words(found, before)}"
        f'<p class="he-evidence">{as_html(known)}</p></article>'
    )


def _title(kind: EstimateKind) -> str:
    return "Risk of expansion, outcome-based" if kind == "outcome" else model_name(kind)


def _tip(kind: EstimateKind) -> str:
    return f' title="{as_html(LIMITS.capitalize())}."' if kind == "outcome" else ""


def _number(found: RiskEstimate, threshold: float) -> str:
    if found.p is None:
        return '<div class="he-number"><p class="he-p">\N{EM DASH}</p></div>'
    return (
        f'<div class="he-number"><p class="he-p">{percent(found.p)}</p>'
        f'<p class="he-side">{against_threshold(found.p, threshold)}</p></div>'
    )


def _words(found: RiskEstimate, before: RiskEstimate | None) -> str:
    if found.p is None or found.ci95 is None:
        return f'<p class="he-words">{as_html(found.reason or "")}</p>'
    second = natural_frequency(found.p)
    if before is not None:
        was = "not given" if before.p is None else percent(before.p)
        second = f"<b>baseline {was}</b>"
    return f'<p class="he-words">95 % CI {interval(found.ci95)}<br>{second}</p>'


def _scale(
    found: RiskEstimate, before: RiskEstimate | None, base_rate: float, threshold: float
) -> str:
    """The probability and its interval on a line from 0 to 100 %, with what it is held against."""
    parts = ""
    if found.p is not None and found.ci95 is not None:
        low, high = found.ci95
        parts += (
            f'<div class="he-fill" style="width:{100 * found.p:.1f}%"></div>'
            f'<div class="he-ci" style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%">'
            "</div>"
        )
    if before is not None and before.p is not None:
        parts += f'<s style="left:{100 * before.p:.1f}%" title="Baseline {percent(before.p)}"></s>'
    return (
        f'<div class="he-track">{parts}'
        f'<i style="left:{100 * base_rate:.1f}%" title="Base rate {percent(base_rate)}"></i>'
        f'<u style="left:{100 * threshold:.1f}%" title="Threshold {percent(threshold)}"></u></div>'
    )
