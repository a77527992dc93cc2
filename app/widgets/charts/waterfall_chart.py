"""From the reference patient's log-odds to this patient's, one finding at a time."""

import math

from scipy.special import expit

from app.widgets.charts.svg import LOWERS, RAISES, Axis, bar, drawing, line, text
from app.wording import named
from core.domain import Contribution, RiskEstimate
from core.report.digits import percent

_WIDTH, _ROW, _NAMES, _NUMBERS = 660, 26, 190, 130
_TICK_GAP = 38  # "99.9%" is 36 wide
_MARGIN = 0.4  # log-odds on either side of what is drawn


def waterfall_chart(estimate: RiskEstimate) -> str:
    """SVG of a model's contributions; its estimate must be given."""
    if estimate.intercept is None or estimate.p is None:
        raise ValueError("The estimate is not given; show its reason instead.")
    sums = [estimate.intercept]
    for share in estimate.contributions:
        sums.append(sums[-1] + share.log_odds)
    low, high = min(sums) - _MARGIN, max(sums) + _MARGIN
    x = Axis(low, high, _NAMES, _WIDTH - _NUMBERS)
    rows = [_end(0, "Reference patient", sums[0], x)]
    for number, share in enumerate(estimate.contributions, start=1):
        rows.append(_step(number, share, sums[number - 1], sums[number], x))
    last = len(sums)
    rows.append(_end(last, "This patient", sums[-1], x))
    height = _ROW * (last + 1) + 26
    return drawing(
        _WIDTH,
        height,
        f"Log-odds from {sums[0]:+.2f} of the reference patient to {sums[-1]:+.2f} of this one",
        *_risk_axis(x, height),
        *rows,
    )


def _step(number: int, share: Contribution, before: float, after: float, x: Axis) -> str:
    top = _ROW * number
    color = RAISES if share.log_odds >= 0 else LOWERS
    return (
        text(0, top + 17, f"{share.label} {named(share.term, share.value)}")
        + line(x.at(before), top, x.at(before), top + 22, opacity=0.35)
        + bar(x.at(before), x.at(after), top + 5, 16, color)
        + text(_WIDTH, top + 17, _numbers(share.log_odds), anchor="end")
    )


def _end(number: int, name: str, log_odds: float, x: Axis) -> str:
    top = _ROW * number
    return (
        text(0, top + 17, name, weight=600)
        + line(x.at(log_odds), top + 2, x.at(log_odds), top + 24)
        + text(
            _WIDTH,
            top + 17,
            f"{log_odds:+.2f}, risk {percent(float(expit(log_odds)))}",
            anchor="end",
            weight=600,
        )
    )


def _numbers(log_odds: float) -> str:
    return f"{log_odds:+.2f}, odds \N{MULTIPLICATION SIGN} {math.exp(log_odds):.2f}"


def _risk_axis(x: Axis, height: float) -> list[str]:
    parts = []
    free_from = x.start
    for p in (0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999):
        log_odds = math.log(p / (1 - p))
        if x.low < log_odds < x.high and x.at(log_odds) >= free_from:
            free_from = x.at(log_odds) + _TICK_GAP
            parts.append(line(x.at(log_odds), 0, x.at(log_odds), height - 18, opacity=0.12))
            parts.append(text(x.at(log_odds), height - 4, f"{100 * p:g}%", anchor="middle"))
    return parts
