"""The GCS terms of the published clinical model, for tables that lack its other variables."""

from dataclasses import replace

import numpy as np

from core.risk.logistic import LogisticModel
from core.risk.published import LEE_2024
from core.risk.reference_cohort import reference_cohort, solve_intercept


def gcs_alone() -> LogisticModel:
    """Published GCS terms, their intercept at the paper's base rate in its reference cohort."""
    clinical = LEE_2024.clinical
    kept = [place for place, term in enumerate(clinical.terms) if term.variable == "gcs"]
    rows = [0, *(1 + place for place in kept)]
    alone = LogisticModel(
        kind=clinical.kind,
        intercept=clinical.intercept,
        terms=tuple(clinical.terms[place] for place in kept),
        covariance=clinical.covariance[np.ix_(rows, rows)],
        base_rate=clinical.base_rate,
        source=f"{clinical.source}, GCS terms alone",
    )
    return replace(alone, intercept=solve_intercept(alone, reference_cohort()))
