"""The outcome-based probability of expansion, seen before those of the paper's models."""

from app.wording import as_html
from core.domain import Risk, RiskEstimate
from core.report.wording import held_out, interval, model_name, natural_frequency, percent
from core.risk.image_variables import IMAGE_VARIABLES, L5
from core.risk.outcome import LIMITS, basis, outcome_model
from core.risk.whatif import Patient


def outcome_answer(risk: Risk, patient: Patient, threshold: float, baseline: Risk | None) -> str:
    """HTML of the probability with interval, what it rests on, and how well it is known to rank.

    A ``baseline`` makes it a what-if.
    """
    found, before = risk.outcome, baseline.outcome if baseline else None
    clinical, image = patient.clinical, patient.image
    lines = (
        held_out(outcome_model(clinical, image).equation),
        f"{found.source}. {basis(clinical, image)}",
        _L5,
    )
    small = "".join(f'<p class="he-source">{as_html(line)}</p>' for line in lines)
    return (
        '<article class="he-risk he-outcome" data-model="outcome">'
        f"<div><h4>Risk of expansion,<br>{model_name(found.kind).lower()}</h4>"
        f"{_number(found)}</div>"
        f"<div>{_scale(found, before, risk.base_rate, threshold)}{_words(found, before)}</div>"
        f'<div title="{as_html(LIMITS.capitalize())}.">{small}</div></article>'
    )


_L5 = f"{IMAGE_VARIABLES[L5].label} {IMAGE_VARIABLES[L5].help.lower()}"


def _number(found: RiskEstimate) -> str:
    number = "\N{EM DASH}" if found.p is None else percent(found.p)
    return f'<p class="he-p">{number}</p>'


def _words(found: RiskEstimate, before: RiskEstimate | None) -> str:
    if found.p is None or found.ci95 is None:
        return f"<p>{as_html(found.reason or '')}</p>"
    words = f"95 % CI {interval(found.ci95)}; {natural_frequency(found.p)}"
    if before is not None:
        was = "not given" if before.p is None else percent(before.p)
        words = f"95 % CI {interval(found.ci95)}; <b>baseline {was}</b>"
    return f"<p>{words}</p>"


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
