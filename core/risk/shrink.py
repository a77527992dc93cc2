"""Published models for an image score that ranks expansions less well than the paper's."""

import math
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from core.risk.estimate import RiskModels
from core.risk.image_variables import NDL
from core.risk.logistic import LogisticModel
from core.risk.reference_cohort import ReferenceCohort, reference_cohort, solve_intercept

# Distance of the classes' means in within-class SDs that the published nDL coefficient presumes.
PUBLISHED_SEPARATION = 0.93


def shrinkage(auc: float) -> float:
    """Factor in (0, 1] for the nDL coefficient of an image score with the given AUC.

    Two normal classes: d = sqrt(2) * ndtri(AUC).
    """
    if not 0.5 < auc <= 1:
        raise ValueError(f"AUC {auc:g} found; a score that ranks expansions has one in (0.5, 1].")
    return min(1.0, math.sqrt(2) * float(ndtri(auc)) / PUBLISHED_SEPARATION)


def shrink(models: RiskModels, auc: float) -> RiskModels:
    """Models of Lee 2024 whose nDL coefficient suits an image score with the given AUC.

    Unchanged if the score is as good as the paper's.  Only for the published models: the intercept
    is solved anew in their reference cohort, in which nDL keeps its spread.
    """
    factor = shrinkage(auc)
    if factor == 1.0:
        return models
    note = f"nDL coefficient shrunk x{factor:.2f} because the image score's AUC is {auc:.2f}"
    cohort = reference_cohort()
    without = models.integrated_without_fibrinogen
    return replace(
        models,
        image=_shrunk(models.image, factor, note, cohort),
        integrated=_shrunk(models.integrated, factor, note, cohort),
        integrated_without_fibrinogen=without and _shrunk(without, factor, note, cohort),
    )


def _shrunk(
    model: LogisticModel, factor: float, note: str, cohort: ReferenceCohort
) -> LogisticModel:
    scale = np.array([1.0, *(factor if term.variable == NDL else 1.0 for term in model.terms)])
    shrunk = replace(
        model,
        terms=tuple(
            replace(term, coefficient=term.coefficient * by)
            for term, by in zip(model.terms, scale[1:].tolist(), strict=True)
        ),
        covariance=model.covariance * np.outer(scale, scale),
        source=f"{model.source}; {note}",
    )
    return replace(shrunk, intercept=solve_intercept(shrunk, cohort))
