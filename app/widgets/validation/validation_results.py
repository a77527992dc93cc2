"""How risks agreed with outcomes: numbers, curves, and what a threshold is worth."""

import streamlit as st

from app import session
from app.widgets.charts.component import show_charts
from app.widgets.charts.validation_charts import (
    COLORS,
    Performances,
    calibration_chart,
    decision_chart,
    roc_chart,
)
from app.widgets.charts.validation_figure import validation_figure
from app.wording import as_html
from core.models.card import ModelCard
from core.report.digits import interval, percent
from core.risk.outcome import LIMITS
from core.study.external_validation import ExternalValidation, Rule, RuleValidation, Share

_COLUMNS = (
    "AUC",
    "Intercept (0)",
    "Slope (1)",
    "Brier",
    "Sensitivity",
    "Specificity",
    "PPV",
    "NPV",
)


def validation_results(
    found: ExternalValidation, card: ModelCard, threshold: float, *, simulated: bool
) -> None:
    """One table of all rules, three charts, then who could not be scored and why."""
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    rows = "".join(_row(name, rule, threshold) for name, rule in found.rules.items())
    rate = percent(found.expanded / found.patients)
    st.html(
        f'<table class="he-table he-study-table"><tr><th>{found.patients} patients, '
        f'{found.expanded} expanded ({rate})</th><th colspan="4">Whatever the threshold</th>'
        f'<th colspan="4">At the threshold of {percent(threshold)}</th></tr>'
        f"<tr><th></th>{head}</tr>{rows}</table>"
    )
    performances = {
        name: rule.performance for name, rule in found.rules.items() if rule.performance
    }
    if performances:
        _charts(performances, threshold)
        _download(performances, threshold, simulated=simulated)
    _unscored(found)
    _applied(found, card)


def _row(name: Rule, rule: RuleValidation, threshold: float) -> str:
    swatch = f'<i class="he-swatch" style="background:{COLORS[name]}"></i>'
    label = (
        f'<th title="{as_html(rule.source)}">{swatch}{as_html(rule.name)}'
        f"<small>{rule.scored} patients</small></th>"
    )
    performance = rule.performance
    if performance is None:
        return f'<tr>{label}<td colspan="8">Not given: {as_html(rule.reason or "")}</td></tr>'
    numbers, at = performance.numbers, performance.at(threshold)
    cells = (
        _estimate(numbers.auc, numbers.auc_ci95),
        _estimate(numbers.intercept, numbers.intercept_ci95),
        _estimate(numbers.slope, numbers.slope_ci95),
        f"{numbers.brier:.3f}",
        *(_share(share) for share in (at.sensitivity, at.specificity, at.ppv, at.npv)),
    )
    return f"<tr>{label}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _estimate(value: float, ci95: tuple[float, float] | None) -> str:
    below = "" if ci95 is None else f"<small>{ci95[0]:.2f} to {ci95[1]:.2f}</small>"
    return f"{value:.2f}{below}"


def _share(share: Share) -> str:
    if share.value is None or share.ci95 is None:
        return "\N{EM DASH}<small>nobody</small>"
    return (
        f"{percent(share.value)}<small>{interval(share.ci95)}, {share.successes} of {share.n}"
        "</small>"
    )


def _charts(performances: Performances, threshold: float) -> None:
    show_charts(
        session.table_key("validation charts"),
        roc_chart(performances, threshold),
        calibration_chart(performances),
        decision_chart(performances, threshold),
    )
    st.caption(
        "ROC curves with the threshold as a dot; observed frequency in fifths of rising risk with "
        "95 % intervals; net benefit per patient of acting on a rule. Intercept below 0: the risks "
        "are too high; slope above 1: too much alike, below 1: too extreme. "
        "Intervals: DeLong (AUC), Wald (intercept, slope), Wilson (shares)."
    )


def _download(performances: Performances, threshold: float, *, simulated: bool) -> None:
    st.download_button(
        "Save the figures (SVG)",
        lambda: validation_figure(performances, threshold, simulated=simulated),
        file_name=f"hescope-validation{'-simulated' if simulated else ''}.svg",
        mime="image/svg+xml",
        on_click="ignore",
        help="The three charts with their colors, patients and numbers, for print.",
    )


def _unscored(found: ExternalValidation) -> None:
    reasons = [
        f"<li><b>{as_html(rule.name)}</b> {count} of {found.patients} patients not scored. "
        f"<span>{as_html(reason)}</span></li>"
        for rule in found.rules.values()
        for reason, count in rule.unscored.items()
    ]
    if found.outcome_unknown:
        reasons.append(f"<li><b>Left out</b> {found.outcome_unknown} with an unknown outcome.</li>")
    if reasons:
        st.html(f'<ul class="he-findings">{"".join(reasons)}</ul>')


def _applied(found: ExternalValidation, card: ModelCard) -> None:
    sources = "".join(
        f"<li>{as_html(rule.name)}: {as_html(rule.source)}.</li>" for rule in found.rules.values()
    )
    st.html(
        f'<h2 class="he-h2">Applied as they are: {as_html(card.name)} {as_html(card.version)}</h2>'
        f'<ul class="he-note">{sources}</ul><p class="he-note">A patient without fibrinogen is '
        "scored by the variant without it, as on the study page. The nDL score of a table must "
        "come from these networks; another score has another spread, which the slope shows. L5 is "
        "that of assess or batch. The outcome-based risk takes for each patient the equation that "
        f"suits what is known; it was {as_html(LIMITS)}.</p>"
    )
