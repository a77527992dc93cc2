"""How well a model finds and outlines hematomas, as its card tells of patients it had not seen."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.widgets.charts.frame import across, diagonal, framed, points, ticks, upwards
from app.widgets.charts.svg import dot, line, path, text

POOR_DICE = 0.8
"""Below it a reader would draw an outline anew."""

_COLOR = "#0072B2"
_LIMITS_SD = 1.96  # Bland and Altman's limits of agreement hold 95 % of the differences

Outlines = Sequence[Mapping[str, float]]
"""A row a patient: ``truth_ml``, ``predicted_ml``, ``dice``; see ``training.readings.plotted``."""


def slice_roc_chart(corners: Sequence[Sequence[float]], found: Mapping[str, Any]) -> str:
    """SVG of the classifier's ROC curve of slices, and, hollow, where the whole chain works.

    ``found`` are the metrics of slices of the card.  The dot on the curve is the threshold; of the
    slices beyond it, the chain drops those in which nothing is outlined.
    """
    x, y = across(0, 1), upwards(0, 1)
    chain = found["outlined"]
    spots = [(x.at(1 - at["specificity"]), y.at(at["sensitivity"])) for at in (found, chain)]
    words = [
        f"{who}: sensitivity {at['sensitivity']:.1%}, specificity {at['specificity']:.1%}"
        for who, at in (("classifier", found), ("whole chain", chain))
    ]
    parts = [
        diagonal(),
        path(points(x, y, *zip(*corners, strict=True)), stroke=_COLOR),
        dot(*spots[0], _COLOR, title=words[0]),
        dot(*spots[1], _COLOR, hollow=True, title=words[1]),
        text(x.end, y.at(0.12), words[0], anchor="end"),
        text(x.end, y.at(0.04), words[1], anchor="end", weight=600),
    ]
    label = f"ROC curve of slices; AUC {found['auc']:.3f}; {'; '.join(words)}"
    return framed(label, "1 - specificity", "Sensitivity", ticks(x, y), parts)


def agreement_chart(outlines: Outlines) -> str:
    """SVG of differences of volume by their means, with bias and limits (Bland and Altman 1986)."""
    truth, predicted = (
        np.array([row[name] for row in outlines]) for name in ("truth_ml", "predicted_ml")
    )
    means, differences = (truth + predicted) / 2, predicted - truth
    bias, spread = float(differences.mean()), _LIMITS_SD * float(differences.std(ddof=1))
    most = 1.1 * max(float(np.abs(differences).max()), abs(bias) + spread)
    x, y = across(0, 1.05 * float(means.max())), upwards(-most, most)
    parts = [
        dot(*spot, _COLOR, hollow=True, title=f"{b:.1f} mL found, {a:.1f} mL outlined")
        for spot, a, b in zip(
            points(x, y, means.tolist(), differences.tolist()), truth, predicted, strict=True
        )
    ]
    for value in (bias - spread, bias, bias + spread):
        parts.append(line(x.start, y.at(value), x.end, y.at(value), dash="4 4"))
        parts.append(text(x.end, y.at(value) - 4, f"{value:+.1f} mL", anchor="end", weight=600))
    return framed(
        f"Agreement of volumes; bias {bias:+.1f} mL, 95 % of differences from "
        f"{bias - spread:+.1f} to {bias + spread:+.1f} mL",
        "Mean of both volumes, mL",
        "Found - outlined, mL",
        ticks(x, y, x_format="g", y_format="g"),
        parts,
    )


def failures_chart(outlines: Outlines) -> str:
    """SVG of the Dice of each patient by the size of the hematoma; filled dots are failures."""
    x = across(0, 1.05 * max(row["truth_ml"] for row in outlines))
    y = upwards(0, 1)
    failed = sum(row["dice"] < POOR_DICE for row in outlines)
    parts = [line(x.start, y.at(POOR_DICE), x.end, y.at(POOR_DICE), dash="4 4")]
    for row in outlines:
        words = f"Dice {row['dice']:.2f}, {row['truth_ml']:.1f} mL"
        spot = x.at(row["truth_ml"]), y.at(row["dice"])
        parts.append(dot(*spot, _COLOR, hollow=row["dice"] >= POOR_DICE, title=words))
    below = f"{failed} of {len(outlines)} below {POOR_DICE:g}"
    parts.append(text(x.end, y.at(POOR_DICE) + 16, below, anchor="end", weight=600))
    return framed(
        f"Dice by volume; {below}",
        "Outlined volume, mL",
        "Dice",
        ticks(x, y, x_format="g", y_format="g"),
        parts,
    )
