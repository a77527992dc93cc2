"""What each finding of this patient adds to the log-odds of each model."""

import streamlit as st

from app.wording import as_html, percent
from core.domain import Contribution, Risk, RiskEstimate

# Half the width of a bar's track, log-odds: beyond e^2.5, about twelvefold odds, a bar is cut.
_HALF_WIDTH = 2.5


def contributions(risk: Risk) -> None:
    """One table a model: from the reference patient to this one."""
    columns = st.columns(3)
    for column, estimate in zip(columns, risk.estimates, strict=True):
        with column:
            st.html(_table(estimate))


def _table(estimate: RiskEstimate) -> str:
    if estimate.p is None or estimate.intercept is None:
        return f"<p>{as_html(estimate.reason or '')}</p>"
    rows = "".join(_row(contribution) for contribution in estimate.contributions)
    return (
        f'<table class="he-terms"><caption>{estimate.kind.capitalize()}-to-HE</caption>'
        f"<tr><td>Reference patient</td><td>{estimate.intercept:+.2f}</td><td></td></tr>{rows}"
        f"<tr><th>Log-odds</th><th>{_total(estimate):+.2f}</th>"
        f"<th>risk {percent(estimate.p)}</th></tr></table>"
    )


def _row(contribution: Contribution) -> str:
    share = min(abs(contribution.log_odds), _HALF_WIDTH) / _HALF_WIDTH * 50
    side = "left" if contribution.log_odds >= 0 else "right"
    bar = f'<i class="he-{side}" style="{side}:50%;width:{share:.1f}%"></i>'
    return (
        f"<tr><td>{as_html(contribution.label)} {contribution.value:.3g}</td>"
        f'<td>{contribution.log_odds:+.2f}</td><td><div class="he-term">{bar}</div>'
        f"odds \N{MULTIPLICATION SIGN} {contribution.odds_ratio:.2f}</td></tr>"
    )


def _total(estimate: RiskEstimate) -> float:
    return (estimate.intercept or 0.0) + sum(term.log_odds for term in estimate.contributions)
