"""The probabilities of expansion: outcome-based, then the paper's three on one axis."""

import streamlit as st

from app.widgets.outcome_answer import outcome_answer
from app.widgets.what_if import risk_of
from app.wording import as_html
from core.domain import Risk, RiskEstimate
from core.models.card import ModelCard, RiskValidation
from core.models.folder import Model
from core.report.wording import interval, model_name, natural_frequency, percent
from core.risk.estimate import RiskModels
from core.risk.logistic import LogisticModel
from core.risk.operating import expected_auc, gain_from_image, operating_characteristics
from core.risk.outcome import LIMITS
from core.risk.published import LEE_2024_AUC
from core.risk.whatif import Patient

_NOTABLE_GAIN = 0.02  # of AUC: what the rounding on the page would show
_AXIS = (
    '<div class="he-axis" aria-hidden="true">'
    + "".join(f'<i style="bottom:{tick}%">{tick}%</i>' for tick in (0, 25, 50, 75, 100))
    + "</div>"
)


def probability_panel(
    patient: Patient, model: Model, threshold: float, *, baseline: Risk | None = None
) -> None:
    """Absolute risk with interval, natural frequency, accuracy and source of each model.

    A ``baseline`` makes the panel a what-if.
    """
    models = model.risk
    risk = risk_of(patient, models)
    first = outcome_answer(risk, patient, threshold, baseline)
    places = {id(used): place for place, used in models.by_place().items()}
    columns = "".join(
        _column(
            getattr(risk, kind),
            _accuracy(used, model.card.validated(places[id(used)]), risk.base_rate, threshold),
            risk.base_rate,
            threshold,
            baseline,
        )
        for kind, used in models.used_for(patient.clinical).items()
    )
    what_if = '<b class="he-what-if">What-if: not this patient</b>' if baseline else ""
    st.html(
        f'<section class="he-risks{" he-supposed" if baseline else ""}" '
        f'aria-label="Probability of hematoma expansion">{first}{_AXIS}{columns}{what_if}</section>'
    )


def image_score_note(card: ModelCard, models: RiskModels) -> None:
    """What the intervals leave out, what the image score was learned from, and what it adds."""
    gain = gain_from_image(models)
    little = (
        " It is weak: the integrated model is not expected to rank patients better than the "
        "clinical one."
        if gain is not None and gain < _NOTABLE_GAIN
        else ""
    )
    st.html(
        f'<p class="he-note">Outcome-based risk: {as_html(LIMITS)}. Intervals hold the uncertainty '
        "of the coefficients (and of the scale of L5) alone. Image score "
        f"by {as_html(card.name)} {as_html(card.version)}: {as_html(card.expansion_labels)}."
        f"{little}</p>"
    )


def _column(
    estimate: RiskEstimate,
    accuracy: str,
    base_rate: float,
    threshold: float,
    baseline: Risk | None,
) -> str:
    before = getattr(baseline, estimate.kind) if baseline else None
    return (
        f'<article class="he-risk he-{estimate.kind}" data-model="{estimate.kind}">'
        f'<div class="he-track">{_bar(estimate)}{_mark_before(before)}'
        f'<i style="bottom:{100 * base_rate:.1f}%" title="Base rate {percent(base_rate)}"></i>'
        f'<u style="bottom:{100 * threshold:.1f}%" title="Threshold {percent(threshold)}"></u>'
        f"</div><div><h4>{model_name(estimate.kind)}</h4>"
        f"{_answer(estimate, before)}{accuracy}"
        f'<p class="he-source" title="{as_html(estimate.source)}">{as_html(estimate.source)}</p>'
        "</div></article>"
    )


def _bar(estimate: RiskEstimate) -> str:
    if estimate.p is None or estimate.ci95 is None:
        return ""
    low, high = estimate.ci95
    return (
        f'<div class="he-fill" style="height:{100 * estimate.p:.1f}%"></div>'
        f'<div class="he-ci" style="bottom:{100 * low:.1f}%;height:{100 * (high - low):.1f}%">'
        "</div>"
    )


def _mark_before(before: RiskEstimate | None) -> str:
    if before is None or before.p is None:
        return ""
    return f'<s style="bottom:{100 * before.p:.1f}%" title="Baseline {percent(before.p)}"></s>'


def _answer(estimate: RiskEstimate, before: RiskEstimate | None) -> str:
    if estimate.p is None or estimate.ci95 is None:
        return f'<p class="he-p">\N{EM DASH}</p><p>{as_html(estimate.reason or "")}</p>'
    answer = f'<p class="he-p">{percent(estimate.p)}</p><p>95 % CI {interval(estimate.ci95)}</p>'
    if before is None:
        return answer + f"<p>{natural_frequency(estimate.p)}</p>"
    was = "not given" if before.p is None else percent(before.p)
    return answer + f"<p><b>baseline {was}</b></p>"


def _accuracy(
    model: LogisticModel, validated: RiskValidation | None, base_rate: float, threshold: float
) -> str:
    """Expected beside published AUC, and what the threshold means, of Lee 2024's models.

    Of others the AUC that their card names.
    """
    auc = expected_auc(model)
    at = operating_characteristics(model, threshold, base_rate)
    if auc is None or at is None or model.kind == "outcome":
        return f'<p class="he-source">{_validated(validated)}</p>'
    published = LEE_2024_AUC[model.kind].auc
    cells = f"<span><small>at</small>\N{GREATER-THAN OR EQUAL TO}{100 * threshold:.0f} %</span>"
    cells += "".join(
        f"<span><small>{name}</small>{_whole(value)}</span>"
        for name, value in (
            ("Sens", at.sensitivity),
            ("Spec", at.specificity),
            ("PPV", at.ppv),
            ("NPV", at.npv),
        )
    )
    return (
        f'<div class="he-accuracy" title="Expected at the threshold of {percent(threshold)} and '
        f'the base rate of {percent(base_rate)}">{cells}</div>'
        f'<p class="he-source">AUC {auc:.2f} expected, {published:.2f} published</p>'
    )


def _validated(found: RiskValidation | None) -> str:
    if found is None:
        return "Accuracy: see the Validation of this model."
    low_high = "" if found.auc_ci95 is None else " [{:.2f}, {:.2f}]".format(*found.auc_ci95)
    return f"AUC {found.auc:.2f}{low_high} in {found.n} test patients, {found.events} expansions"


def _whole(share: float | None) -> str:
    return "\N{EM DASH}" if share is None else f"{100 * share:.0f}"
