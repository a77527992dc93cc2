"""A model card as a person reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from app.widgets.charts.accuracy_charts import agreement_chart, failures_chart, slice_roc_chart
from app.widgets.charts.component import show_charts
from app.widgets.charts.measured_chart import auc_chart, dice_chart
from app.wording import as_html
from core.domain import ModelIdentity
from core.models.card import ModelCard, RiskValidation

_USE = {"Intended use": "intended_use", "Not intended for": "not_intended_for"}
_MADE_OF = {
    "Training data": "training_data",
    "Labels of the image score": "expansion_labels",
    "Risk models": "risk_models",
    "Recipe": "recipe",
    "Licence": "licence",
}
_STAY = "\N{NO-BREAK SPACE}"
_MEASURED = {"cross_validation": "Cross-validated by patient", "validation": "Validation patients"}


def model_card(card: ModelCard, identity: ModelIdentity, device: str) -> None:
    """Accuracy first, then what the model is, was trained on, and cannot do."""
    st.html(
        f'<h1 class="he-h1">{as_html(card.name)} {as_html(card.version)}</h1>'
        f'<p class="he-note">Released {as_html(card.created)} · runs on {as_html(device)} · '
        f"SHA-256 of the card {identity.sha256}</p>"
    )
    measured = {
        f"{title}, {found['patients']} patients": found
        for name, title in _MEASURED.items()
        if (found := card.metrics.get(name))
    }
    table, picture = st.columns([3, 2], gap="large")
    table.html(_accuracy(measured))
    if measured:
        with picture:
            show_charts("measured dice", dice_chart(measured))
            st.caption("Dice a patient: mean with its 95 % interval; hollow, the worst patient.")
    _pictures(card.metrics)
    if inserted := card.metrics.get("inserted", {}).get("validation"):
        st.html(_inserted(inserted))
    if card.validation:
        st.html('<h2 class="he-h2">Validation of the risk models</h2>')
        table, picture = st.columns([3, 2], gap="large")
        table.html(_validation(card.validation))
        with picture:
            show_charts("measured auc", auc_chart(card.validation))
            st.caption("AUC with its 95 % interval; 0.5 is a coin's.")
    for_use, made_of = (
        "".join(_paragraph(title, getattr(card, field)) for title, field in words.items())
        for words in (_USE, _MADE_OF)
    )
    limits = "".join(f"<li>{as_html(limit)}</li>" for limit in card.limits)
    thresholds = (
        f"Slice {card.thresholds.slice:.3f}, pixel {card.thresholds.mask:g}. {card.thresholds.how}"
    )
    score = f"Expected AUC {card.image_score.auc:.2f} {card.image_score.how}"
    left, right = st.columns(2, gap="large")
    left.html(
        f'<div class="he-card">{for_use}<h2 class="he-h2">What it cannot do</h2>'
        f"<ul>{limits}</ul></div>"
    )
    right.html(
        f'<div class="he-card">{made_of}{_paragraph("Thresholds", thresholds)}'
        f"{_paragraph('Image score', score)}</div>"
    )
    with st.expander("Everything the card says"):
        st.json(card.metrics)


def _pictures(metrics: Mapping[str, Any]) -> None:
    """ROC, Bland-Altman and failures, where a card holds what they are drawn from."""
    judged = [metrics[name] for name in _MEASURED if metrics.get(name, {}).get("plotted")]
    if not judged:
        return
    outlines = judged[0]["plotted"]["outlines"]
    charts = {
        "Volumes, patient by patient: bias and 95 % limits.": agreement_chart(outlines),
        "Outlines: the patients in whom the model failed are filled.": failures_chart(outlines),
    }
    if found := next((one for one in judged if one["plotted"]["roc"]), None):
        words = (
            f"Slices of {found['patients']} patients: where the classifier works, and, hollow, the "
            "whole chain."
        )
        charts = {words: slice_roc_chart(found["plotted"]["roc"], found["slice"])} | charts
    st.html('<h2 class="he-h2">In patients that the networks had not seen</h2>')
    for place, (column, (words, chart)) in enumerate(
        zip(st.columns(len(charts), gap="large"), charts.items(), strict=True)
    ):
        with column:
            show_charts(f"accuracy {place}", chart)
            st.caption(words)


def _paragraph(title: str, words: str) -> str:
    return f'<h2 class="he-h2">{title}</h2><p>{as_html(words)}</p>' if words else ""


def _accuracy(measured: Mapping[str, Mapping[str, Any]]) -> str:
    rows = "".join(
        f"<tr><th>{who}</th>"
        f"<td>{_with_interval(found['slice'], 'auc')}</td>"
        f"<td>{_with_interval(found['dice'], 'mean')}</td>"
        f"<td>{_with_interval(found['expansion'], 'rank_correlation')}</td></tr>"
        for who, found in measured.items()
    )
    return (
        '<table class="he-table"><tr><th></th><th>Slice AUC</th><th>Dice a patient</th>'
        f"<th>DL score with the risk equation, rho</th></tr>{rows}</table>"
    )


def _inserted(found: Mapping[str, Any]) -> str:
    """Hematomas of sites that the training data does not have, put into unseen brains."""
    parts = {"all": found["all"], **found["site"], **found["size"], **found["density"]}
    rows = "".join(
        f"<tr><th>{as_html(name)}</th><td>{part['n']}</td><td>{part['sensitivity']:.2f}</td>"
        f"<td>{_of_1_ml(part['from_1_ml'])}</td></tr>"
        for name, part in parts.items()
        if part
    )
    table = (
        '<h2 class="he-h2">Simulated: hematomas put into other brains</h2>'
        '<table class="he-table"><tr><th></th><th>Hematomas</th><th>Share found</th>'
        f"<th>Of 1 mL or more: share found, Dice</th></tr>{rows}</table>"
        f'<p class="he-note">{found["brains"]} brains of validation patients.'
    )
    if false := found["lookalikes"]["all"]:
        table += (
            f" Of {false['n']} look-alikes that are none (calcified plexus, beam hardening, falx "
            f"and the like) {false['false_hematoma']:.0%} were taken for a hematoma."
        )
    return table + "</p>"


def _of_1_ml(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "\N{EM DASH}"
    return f"{found['n']}: {found['sensitivity']:.2f}, {found['dice']:.2f}"


def _validation(validation: Sequence[RiskValidation]) -> str:
    rows = "".join(
        f"<tr><th>{as_html(found.model.replace('_', ' '))}</th>"
        f"<td>{_with_interval(asdict(found), 'auc')}</td>"
        f"<td>{_with_interval(asdict(found), 'intercept')}</td>"
        f"<td>{_with_interval(asdict(found), 'slope')}</td><td>{found.brier:.3f}</td>"
        f"<td>{as_html(found.patients)}: {found.n}, {found.events} expansions</td></tr>"
        for found in validation
    )
    return (
        '<table class="he-table"><tr><th></th>'
        "<th>AUC</th><th>Calibration intercept (0)</th><th>Slope (1)</th><th>Brier</th>"
        f"<th>Patients</th></tr>{rows}</table>"
    )


def _with_interval(part: dict[str, float], name: str) -> str:
    ci95 = part.get(f"{name}_ci95")
    if part.get(name) is None:
        return "unknown"
    # no-break spaces: an estimate and its interval stay on one line
    interval = (
        f"{_STAY}[{ci95[0]:.3f},{_STAY}{ci95[1]:.3f}]" if isinstance(ci95, list | tuple) else ""
    )
    return f"{part[name]:.3f}{interval}"
