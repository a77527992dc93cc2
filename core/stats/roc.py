"""Discrimination of a score: ROC area, and what a threshold on it yields."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import roc_auc_score, roc_curve

from core.domain import FloatArray


class ThresholdAccuracy(NamedTuple):
    """Sensitivity and specificity of one threshold."""

    sensitivity: float
    specificity: float


def roc_auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Area under the ROC curve; nan, which is undefined, if all labels are the same."""
    if len(np.unique(np.asarray(labels))) < 2:
        return float("nan")
    return float(roc_auc_score(labels, scores))


def roc_points(labels: ArrayLike, scores: ArrayLike) -> FloatArray:
    """Corners of the ROC curve, (2, points): 1 - specificity and sensitivity."""
    false_positive_rate, true_positive_rate, _ = roc_curve(labels, scores)
    return np.stack([false_positive_rate, true_positive_rate])


def sensitivity_specificity(
    labels: ArrayLike, scores: ArrayLike, threshold: float
) -> ThresholdAccuracy:
    """Sensitivity and specificity of "score >= threshold"; nan for a class without members."""
    positive = np.asarray(labels, dtype=bool)
    flagged = np.asarray(scores) >= threshold
    return ThresholdAccuracy(_share(flagged[positive]), _share(~flagged[~positive]))


def youden_threshold(labels: ArrayLike, scores: ArrayLike) -> float:
    """Score at which sensitivity + specificity is largest, the highest of several.

    Chosen on the patients it is quoted for, it flatters: take it from others.
    """
    if len(np.unique(np.asarray(labels))) < 2:
        raise ValueError("Labels of one class found; a threshold needs both.")
    false_positive_rate, true_positive_rate, thresholds = roc_curve(labels, scores)
    # The first threshold is infinite: it flags nobody and is no observed score.  Rounded, so that
    # equal values of J do not differ by a rounding error.
    youden_j = np.round(true_positive_rate - false_positive_rate, 12)[1:]
    return float(thresholds[1:][np.argmax(youden_j)])


def _share(flags: np.ndarray) -> float:
    return float(flags.mean()) if flags.size else float("nan")
