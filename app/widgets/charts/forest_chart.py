"""Odds ratios of the models, with the paper's Table 2 beside them."""

from app.widgets.charts.svg import Axis, drawing, line, text
from core.domain import EstimateKind
from core.report.colors import MODEL_COLORS
from core.report.digits import model_name
from core.risk.logistic import LogisticModel
from core.risk.odds_ratios import OddsRatio, odds_ratios
from core.risk.table2 import LEE_2024_TABLE_2

_WIDTH, _ROW, _GAP, _HEAD = 660, 19, 10, 22
_MARKS = (285, 425)
_HERE, _PRINTED = 432, 552
_DASH = "\N{EN DASH}"


def forest_chart(used: dict[EstimateKind, LogisticModel]) -> str:
    """SVG of each term's odds ratio for a useful step of its variable, by the models in use."""
    ratios = {kind: odds_ratios(model) for kind, model in used.items()}
    terms = {ratio.term: ratio for kind in reversed(used) for ratio in ratios[kind]}
    x = Axis(0.5, 9, *_MARKS, logarithmic=True)
    parts, top = [_header()], float(_HEAD)
    for name, first in terms.items():
        rows = [(k, r) for k in used for r in ratios[k] if r.term == name]
        parts.append(text(0, top + 14, f"{first.label} {first.contrast}", weight=600))
        for kind, ratio in rows:
            parts.append(_row(kind, ratio, top, x))
            top += _ROW
        top += _GAP
    return drawing(_WIDTH, top + 16, "Odds ratios of the models", *_ticks(x, top), *parts)


def _header() -> str:
    return text(_HERE, 13, "here", weight=600) + text(_PRINTED, 13, "Table 2, per unit", weight=600)


def _row(kind: EstimateKind, ratio: OddsRatio, top: float, x: Axis) -> str:
    low, high = ratio.ci95
    middle = top + _ROW / 2
    interval = (
        f'<line x1="{x.at(low)}" x2="{x.at(high)}" y1="{middle}" y2="{middle}" '
        f'stroke="{MODEL_COLORS[kind]}" stroke-width="2.5"/>'
        f'<circle cx="{x.at(ratio.value)}" cy="{middle}" r="4.5" fill="{MODEL_COLORS[kind]}">'
        f"<title>{model_name(kind)}, p = {ratio.p:.3f}</title></circle>"
    )
    printed = None if kind == "outcome" else LEE_2024_TABLE_2[kind].get(ratio.term)
    here = f"{ratio.value:.2f} [{low:.2f}{_DASH}{high:.2f}]"
    there = (
        f"{printed.value:.2f} [{printed.ci95[0]:.2f}{_DASH}{printed.ci95[1]:.2f}]"
        if printed
        else ""
    )
    baseline = top + 14
    return (
        interval
        + text(_MARKS[0] - 6, baseline, model_name(kind).split("-")[0], anchor="end")
        + text(_HERE, baseline, here)
        + text(_PRINTED, baseline, there)
    )


def _ticks(x: Axis, bottom: float) -> list[str]:
    parts = []
    for ratio in (0.5, 1, 2, 4, 8):
        parts.append(
            line(x.at(ratio), _HEAD, x.at(ratio), bottom, opacity=0.6 if ratio == 1 else 0.15)
        )
        parts.append(text(x.at(ratio), bottom + 13, f"{ratio:g}", anchor="middle"))
    return parts
