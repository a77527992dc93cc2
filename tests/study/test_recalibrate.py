from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from core.cohort.table import CohortTable
from core.domain import FloatArray
from core.errors import ClinicalDataError
from core.risk.logistic import LogisticModel
from core.risk.published import LEE_2024
from core.risk.recalibrate import deviations, recalibrate, risks
from core.study.patients import Patients, patients_of_split, patients_with_outcome

CLINICAL = LEE_2024.clinical


@pytest.fixture(scope="module")
def patients(simulated: CohortTable) -> Patients:
    return patients_of_split(*patients_with_outcome(simulated), "train", who="here")


@pytest.fixture(scope="module")
def known(patients: Patients) -> tuple[FloatArray, pd.DataFrame]:
    return patients.known_to(CLINICAL)


def test_base_rate_of_40_percent_moves_the_intercept_by_its_log_odds(
    known: tuple[FloatArray, pd.DataFrame],
) -> None:
    outcome, design = known
    expanded = np.flatnonzero(outcome)
    stable = np.flatnonzero(outcome == 0)[: len(expanded) * 3 // 2]  # in random order
    rows = np.concatenate([expanded, stable])
    y, x = outcome[rows], design.iloc[rows]
    found = recalibrate(CLINICAL, y, x, method="intercept", of="here")
    assert found.model.base_rate == pytest.approx(0.4, abs=0.002)
    # To leave stable patients out moves a logistic model's intercept by the change of the odds,
    # here known to its standard error of 0.15: twice that.
    moved = logit(found.model.base_rate) - logit(CLINICAL.base_rate)
    assert found.intercept_change == pytest.approx(moved, abs=0.3)
    assert risks(found.model, x).mean() == pytest.approx(y.mean(), abs=1e-6)  # root search
    assert (found.slope, found.model.coefficients.tolist()) == (1.0, CLINICAL.coefficients.tolist())
    assert found.model.source.startswith(
        f"Recalibrated (intercept) to {len(y)} patients ({len(expanded)} expansions) of here; "
    )


def test_slope_makes_extreme_risks_moderate(known: tuple[FloatArray, pd.DataFrame]) -> None:
    outcome, design = known
    once = recalibrate(CLINICAL, outcome, design, method="slope", of="here")
    extreme = replace(
        CLINICAL, terms=tuple(replace(t, coefficient=2 * t.coefficient) for t in CLINICAL.terms)
    )
    twice = recalibrate(extreme, outcome, design, method="slope", of="here")
    assert twice.slope == pytest.approx(once.slope / 2, rel=1e-6)
    np.testing.assert_allclose(risks(twice.model, design), risks(once.model, design), rtol=1e-6)
    # Recalibrated risks are right on the patients they were recalibrated to.
    again = recalibrate(once.model, outcome, design, method="slope", of="here")
    assert (again.slope, again.intercept_change) == pytest.approx((1.0, 0.0), abs=1e-6)


def test_risks_that_rank_no_better_than_chance_are_refused(
    known: tuple[FloatArray, pd.DataFrame],
) -> None:
    outcome, design = known
    with pytest.raises(ClinicalDataError, match="no better than chance"):
        recalibrate(CLINICAL, 1 - outcome, design, method="slope", of="here")


def test_interval_of_certain_coefficients_is_that_of_the_sites_intercept(
    known: tuple[FloatArray, pd.DataFrame],
) -> None:
    outcome, design = known
    certain = replace(CLINICAL, covariance=np.zeros((5, 5)))
    found = recalibrate(certain, outcome, design, method="intercept", of="here").model
    p = risks(found, design)
    expected = np.zeros((5, 5))
    expected[0, 0] = 1 / (p * (1 - p)).sum()
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-9)


def test_intercept_answers_to_an_error_of_the_coefficients_as_when_fitted_anew(
    known: tuple[FloatArray, pd.DataFrame],
) -> None:
    outcome, design = known
    found = recalibrate(CLINICAL, outcome, design, method="intercept", of="here").model
    p = risks(found, design)
    weights = p * (1 - p)
    mean = weights @ deviations(CLINICAL, design) / weights.sum()
    step = np.array([1e-4, 0.0, 0.0, 0.0])
    erred = replace(
        CLINICAL,
        terms=tuple(
            replace(t, coefficient=t.coefficient + by)
            for t, by in zip(CLINICAL.terms, step, strict=True)
        ),
    )
    anew = recalibrate(erred, outcome, design, method="intercept", of="here").model
    # second order of a step of 1e-4 in units of years: 1e-8 x 14^2
    assert anew.intercept - found.intercept == pytest.approx(-mean @ step, abs=5e-6)
    # the covariance says so too: x' V x is least where x is the mean patient
    x = np.concatenate([[1.0], mean])
    assert x @ found.covariance @ x == pytest.approx(1 / weights.sum(), rel=1e-9)


def test_recalibrated_slope_forgets_the_scale_of_the_old_coefficients(
    known: tuple[FloatArray, pd.DataFrame],
) -> None:
    outcome, design = known
    b = CLINICAL.coefficients

    def with_uncertain(direction: FloatArray) -> LogisticModel:
        covariance = np.zeros((5, 5))
        covariance[1:, 1:] = np.outer(direction, direction)
        model = replace(CLINICAL, covariance=covariance)
        return recalibrate(model, outcome, design, method="slope", of="here").model

    certain, scale = with_uncertain(np.zeros(4)), with_uncertain(b)
    np.testing.assert_allclose(scale.covariance, certain.covariance, atol=1e-12)
    other = with_uncertain(np.array([0.0, 0.3, -0.3, 0.0]))
    assert np.trace(other.covariance) > np.trace(certain.covariance) + 0.01


def test_slope_without_other_uncertainty_has_the_interval_of_its_own_regression(
    known: tuple[FloatArray, pd.DataFrame],
) -> None:
    outcome, design = known
    certain = replace(CLINICAL, covariance=np.zeros((5, 5)))
    found = recalibrate(certain, outcome, design, method="slope", of="here")
    score = deviations(CLINICAL, design) @ CLINICAL.coefficients
    z = np.column_stack([np.ones(len(score)), score])
    p = expit(z @ [found.model.intercept, found.slope])
    of_site = np.linalg.inv(z.T @ (z * (p * (1 - p))[:, None]))
    x = np.column_stack([np.ones(len(score)), deviations(CLINICAL, design)])
    variance = np.einsum("ij,jk,ik->i", x, found.model.covariance, x)
    np.testing.assert_allclose(variance, np.einsum("ij,jk,ik->i", z, of_site, z), rtol=1e-9)
