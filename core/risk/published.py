"""The three models of Lee 2024 (doi 10.1007/s00234-024-03298-y), reconstructed.

The paper prints odds ratios to two decimals and no intercepts.  Coefficients and standard errors
are those that round to every printed number; correlations and intercepts come from its Table 1
through ``core.risk.reference_cohort``.  Reference patient: 62 years, GCS 13-15, fibrinogen 325
mg/dL, nDL 20.
"""

from dataclasses import dataclass

import numpy as np

from core.domain import FloatArray, ModelKind
from core.risk.estimate import RiskModels
from core.risk.image_variables import NDL
from core.risk.logistic import LogisticModel, Term
from core.risk.reference_cohort import BASE_RATE, NDL_MEAN

_PAPER = "Lee 2024, reconstructed from its rounded tables"


@dataclass(frozen=True, slots=True)
class PublishedAuc:
    """ROC area as printed (Table 3: 107 test patients, 21 expansions), with its 95 % interval."""

    auc: float
    ci95: tuple[float, float]


# The clinical and integrated AUCs are high draws from a small test: the variables of Table 1 cannot
# together reach them (``core.risk.operating.expected_auc``).
LEE_2024_AUC: dict[ModelKind, PublishedAuc] = {
    "image": PublishedAuc(0.76, (0.64, 0.89)),
    "clinical": PublishedAuc(0.81, (0.69, 0.93)),
    "integrated": PublishedAuc(0.83, (0.72, 0.95)),
}


def is_lee_2024(model: LogisticModel) -> bool:
    """Whether a model is one of these, also after a model folder has stored it or shrunk it."""
    return model.source.startswith(_PAPER)


def _age(coefficient: float) -> Term:
    return Term("age_years", coefficient, reference=62.0, step=-10.0)


def _gcs(moderate: float, severe: float) -> tuple[Term, Term]:
    return Term("gcs", moderate, level="moderate"), Term("gcs", severe, level="severe")


def _fibrinogen(coefficient: float) -> Term:
    return Term("fibrinogen_mg_dl", coefficient, reference=325.0, step=-100.0)


def _ndl(coefficient: float) -> Term:
    return Term(NDL, coefficient, reference=NDL_MEAN, step=10.0)


def _covariance(standard_errors: list[float], upper: list[list[float]]) -> FloatArray:
    """D R D from the rows of R above its diagonal."""
    correlation = np.eye(len(standard_errors))
    correlation[np.triu_indices(len(standard_errors), k=1)] = [r for row in upper for r in row]
    correlation += np.triu(correlation, k=1).T
    return correlation * np.outer(standard_errors, standard_errors)


def _without_fibrinogen(model: LogisticModel, intercept: float) -> LogisticModel:
    """Variant for an unknown fibrinogen, with the intercept of ``solve_intercept``.

    Fibrinogen is independent of the rest within class and its estimate uncorrelated with theirs
    (|r| <= 0.02, with the intercept 0.10), so other coefficients and their covariance stay.
    """
    dropped = [term.variable for term in model.terms].index("fibrinogen_mg_dl")
    keep = [i for i in range(len(model.terms) + 1) if i != dropped + 1]
    return LogisticModel(
        kind=model.kind,
        intercept=intercept,
        terms=tuple(term for i, term in enumerate(model.terms) if i != dropped),
        covariance=model.covariance[np.ix_(keep, keep)],
        base_rate=model.base_rate,
        source=f"{model.source} without fibrinogen",
    )


# The paper prints no intercept for the image model: its standard error and correlation are the
# expected information of the 458 training patients in the reference cohort.
_IMAGE = LogisticModel(
    kind="image",
    intercept=-1.643,
    terms=(_ndl(0.1102),),
    covariance=_covariance([0.142, 0.016], [[-0.465]]),
    base_rate=BASE_RATE,
    source=f"{_PAPER}: Image-to-HE",
    n_patients=458,
    n_events=92,
)
_CLINICAL = LogisticModel(
    kind="clinical",
    intercept=-1.893,
    terms=(_age(-0.0212), *_gcs(1.0476, 1.4583), _fibrinogen(-0.00175)),
    covariance=_covariance(
        [0.18, 0.0092, 0.328, 0.328, 0.0012],
        [[0.14, -0.56, -0.52, 0.09], [-0.02, -0.02, 0.0], [0.29, 0.0], [-0.01]],
    ),
    base_rate=BASE_RATE,
    source=f"{_PAPER}: Clinical-to-HE",
)
_INTEGRATED = LogisticModel(
    kind="integrated",
    intercept=-1.914,
    terms=(_age(-0.0196), *_gcs(0.7477, 0.6506), _fibrinogen(-0.0020), _ndl(0.0965)),
    covariance=_covariance(
        [0.19, 0.0097, 0.351, 0.373, 0.0013, 0.0163],
        [
            [0.13, -0.51, -0.40, 0.10, -0.21],
            [-0.01, -0.01, 0.01, -0.02],
            [0.30, -0.01, -0.11],
            [0.0, -0.33],
            [-0.02],
        ],
    ),
    base_rate=BASE_RATE,
    source=f"{_PAPER}: Integrated-to-HE",
)

LEE_2024 = RiskModels(
    image=_IMAGE,
    clinical=_CLINICAL,
    integrated=_INTEGRATED,
    clinical_without_fibrinogen=_without_fibrinogen(_CLINICAL, intercept=-1.883),
    integrated_without_fibrinogen=_without_fibrinogen(_INTEGRATED, intercept=-1.900),
)
