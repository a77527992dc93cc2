"""The three probabilities of expansion side by side, on one axis from 0 to 100 %."""

import streamlit as st

from app.wording import as_html, interval, natural_frequency, percent
from core.domain import Risk, RiskEstimate
from core.models.card import ModelCard
from core.risk.published import LEE_2024_AUC

_TITLES = {
    "image": "Image-to-HE",
    "clinical": "Clinical-to-HE",
    "integrated": "Integrated-to-HE",
}
_AXIS = (
    '<div class="he-axis" aria-hidden="true">'
    + "".join(f'<i style="bottom:{tick}%">{tick}%</i>' for tick in (0, 25, 50, 75, 100))
    + "</div>"
)


def probability_panel(risk: Risk, card: ModelCard) -> None:
    """Absolute risk with interval, natural frequency and source of each model."""
    columns = "".join(_column(e, risk.base_rate, card) for e in risk.estimates)
    st.html(
        '<section class="he-risks" aria-label="Probability of hematoma expansion">'
        f"{_AXIS}{columns}</section>"
        f'<p class="he-note">Dashed: base rate, {percent(risk.base_rate)}. Intervals hold the '
        "uncertainty of the coefficients alone. Image score by "
        f"{as_html(card.name)} {as_html(card.version)}: {as_html(card.expansion_labels)}.</p>"
    )


def _column(estimate: RiskEstimate, base_rate: float, card: ModelCard) -> str:
    return (
        f'<article class="he-risk he-{estimate.kind}" data-model="{estimate.kind}">'
        f'<div class="he-track">{_bar(estimate)}'
        f'<i style="bottom:{100 * base_rate:.1f}%"></i></div>'
        f"<div><h4>{_TITLES[estimate.kind]}</h4>{_answer(estimate)}"
        f'<p class="he-source">{as_html(_discrimination(estimate, card))}</p>'
        f'<p class="he-source">{as_html(estimate.source)}</p></div></article>'
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


def _answer(estimate: RiskEstimate) -> str:
    if estimate.p is None or estimate.ci95 is None:
        return f'<p class="he-p">\N{EM DASH}</p><p>{as_html(estimate.reason or "")}</p>'
    return (
        f'<p class="he-p">{percent(estimate.p)}</p><p>95 % CI {interval(estimate.ci95)}</p>'
        f"<p>{natural_frequency(estimate.p)}</p>"
    )


def _discrimination(estimate: RiskEstimate, card: ModelCard) -> str:
    """Expected beside published AUC, for the published models only."""
    if not estimate.source.startswith("Lee 2024"):
        return ""
    auc = LEE_2024_AUC[estimate.kind]
    expected = f"AUC {auc.expected_auc:.2f}"
    # The published image score is not the model's own, which may rank expansions less well.
    if card.image_score.auc < LEE_2024_AUC["image"].expected_auc:
        if estimate.kind == "image":
            expected = f"AUC {card.image_score.auc:.2f}"
        elif estimate.kind == "integrated":
            expected = f"AUC < {auc.expected_auc:.2f}"
    return f"{expected} expected, {auc.published_auc:.2f} published"
