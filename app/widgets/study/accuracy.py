"""How far each probability can be trusted: AUC, what the threshold means, sources, limits."""

import streamlit as st

from app.wording import as_html
from core.domain import EstimateKind
from core.models.folder import Model
from core.report.digits import model_name, percent
from core.report.evidence import evidence
from core.risk.estimate import models_used
from core.risk.image_variables import IMAGE_VARIABLES, L5
from core.risk.logistic import LogisticModel
from core.risk.operating import gain_from_image, operating_characteristics
from core.risk.outcome import LIMITS, basis
from core.risk.published import LEE_2024_AUC, is_lee_2024
from core.risk.whatif import Patient

_NOTABLE_GAIN = 0.02  # of AUC: what the rounding on the page would show
_DASH = "\N{EM DASH}"


def accuracy(patient: Patient, model: Model, threshold: float) -> None:
    """One table of the models in use, then what their intervals leave out."""
    used = models_used(model.risk, patient.clinical, patient.image)
    known = evidence(used, model.risk, model.card)
    rows = "".join(
        f"<tr><th>{model_name(kind)}</th><td>{as_html(_known(kind, used[kind], known[kind]))}</td>"
        f"{_at(used[kind], threshold, patient.base_rate)}<td>{as_html(used[kind].source)}</td></tr>"
        for kind in used
    )
    st.html(
        '<div tabindex="0"><table class="he-table"><caption>Expected at the threshold of '
        f"{percent(threshold)} and the base rate of {percent(patient.base_rate)}</caption>"
        "<tr><th>Model</th><th>Evidence</th><th>Sens %</th><th>Spec %</th><th>PPV %</th>"
        f"<th>NPV %</th><th>Source</th></tr>{rows}</table></div>"
    )
    st.html(
        '<p class="he-note">Outcome-based risk. '
        f"{as_html(basis(patient.clinical, patient.image))} {as_html(_L5)} {as_html(_limits())} "
        f"{as_html(_image_score(model))}</p>"
    )


_HELP = IMAGE_VARIABLES[L5].help
_L5 = f"{IMAGE_VARIABLES[L5].label} {_HELP[0].lower()}{_HELP[1:]}"


def _known(kind: EstimateKind, model: LogisticModel, words: str) -> str:
    if kind == "outcome" or not is_lee_2024(model):
        return words
    return f"{words} (published {LEE_2024_AUC[kind].auc:.2f})"


def _at(model: LogisticModel, threshold: float, base_rate: float) -> str:
    found = operating_characteristics(model, threshold, base_rate)
    shares = (
        (None,) * 4
        if found is None or model.kind == "outcome"
        else (found.sensitivity, found.specificity, found.ppv, found.npv)
    )
    return "".join(
        f"<td>{_DASH if share is None else f'{100 * share:.0f}'}</td>" for share in shares
    )


def _limits() -> str:
    return (
        f"{LIMITS.capitalize()}. Intervals hold the uncertainty of the coefficients (and of the "
        "scale of L5) alone."
    )


def _image_score(model: Model) -> str:
    """What the image score was learned from, and whether it adds anything."""
    gain = gain_from_image(model.risk)
    little = (
        " It is weak: the integrated model is not expected to rank patients better than the "
        "clinical one."
        if gain is not None and gain < _NOTABLE_GAIN
        else ""
    )
    return f"Image score by {model.identity.in_words}: {model.card.expansion_labels}.{little}"
