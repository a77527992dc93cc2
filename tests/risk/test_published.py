from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from core.domain import ClinicalFindings, ImageFindings
from core.risk import outcome, published
from core.risk.estimate import estimate
from core.risk.logistic import LogisticModel
from core.risk.published import LEE_2024, is_lee_2024
from core.risk.reference_cohort import BASE_RATE, reference_cohort, solve_intercept
from core.risk.shrink import shrink

MODELS = {
    "image": LEE_2024.image,
    "clinical": LEE_2024.clinical,
    "integrated": LEE_2024.integrated,
    "clinical without fibrinogen": LEE_2024.clinical_without_fibrinogen,
    "integrated without fibrinogen": LEE_2024.integrated_without_fibrinogen,
}


@pytest.mark.parametrize(
    ("age_years", "gcs", "fibrinogen_mg_dl", "ndl_deviation", "p_clinical", "p_integrated"),
    [
        (65, 15, 325, 0, 0.124, 0.122),
        (65, 15, 325, 10, 0.124, 0.267),
        (65, 10, 325, 0, 0.287, 0.227),
        (65, 6, 325, 10, 0.378, 0.412),
        (45, 6, 200, 15, 0.536, 0.683),
        (80, 15, 400, -10, 0.083, 0.033),
    ],
)
def test_golden_vectors_are_reproduced(
    age_years, gcs, fibrinogen_mg_dl, ndl_deviation, p_clinical, p_integrated
):
    clinical = ClinicalFindings(age_years, gcs, fibrinogen_mg_dl)
    risk = estimate(ImageFindings(20.0 + ndl_deviation), clinical, LEE_2024)
    # printed to three decimals, from intercepts rounded to the third decimal
    assert risk.clinical.p == pytest.approx(p_clinical, abs=0.002)
    assert risk.integrated.p == pytest.approx(p_integrated, abs=0.002)


def test_image_risk_and_interval_are_those_computed_by_hand():
    risk = estimate(ImageFindings(30.0), ClinicalFindings(), LEE_2024).image
    # log-odds -1.643 + 1.102 = -0.541
    # variance 0.142^2 + 100 * 0.016^2 - 20 * 0.465 * 0.142 * 0.016 = 0.0246344
    # margin 1.959964 * 0.156953 = 0.307622
    assert risk.p == pytest.approx(0.367956, abs=1e-5)
    assert risk.ci95 == pytest.approx((0.299723, 0.441919), abs=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_intercept_is_the_one_that_gives_the_cohort_its_base_rate(name):
    model = MODELS[name]
    # stored to three decimals, some from a simulation of 600 000 patients (+- 0.001)
    assert model.intercept == pytest.approx(solve_intercept(model, reference_cohort()), abs=0.002)


@pytest.mark.parametrize("name", ["clinical without fibrinogen", "integrated without fibrinogen"])
def test_simulated_patients_confirm_the_intercept_without_fibrinogen(name):
    """The simulation of clinical-reference 5.2, apart from the reference cohort's quadrature."""
    model, random, n = MODELS[name], np.random.default_rng(2024), 400_000
    expanded = random.random(n) < 114 / 569
    age = random.normal(np.where(expanded, 58, 63), 14)
    share = np.where(expanded[:, None], np.array([53, 28, 29]) / 110, np.array([310, 65, 40]) / 415)
    draw = random.random(n)
    moderate = (draw >= share[:, 0]) & (draw < share[:, 0] + share[:, 1])
    severe = draw >= share[:, 0] + share[:, 1]
    ndl = random.normal(0.0965 * 64 * expanded + 3.1 * moderate + 8.4 * severe, 8.0)
    columns = [age - 62, moderate, severe, ndl - ndl.mean()][: len(model.terms)]
    risk = expit(model.intercept + np.column_stack(columns) @ model.coefficients)
    # four standard errors of a mean of 400 000 risks with SD 0.16
    assert risk.mean() == pytest.approx(BASE_RATE, abs=0.001)


def _expected_covariance(model, n_patients):
    """Inverse of the expected information of a logistic fit to the reference cohort."""
    cohort = reference_cohort()
    design = np.column_stack(
        [np.ones_like(cohort.weight), *(cohort.deviation(term) for term in model.terms)]
    )
    risk = expit(cohort.log_odds(model, model.intercept))
    information = n_patients * (design.T * (cohort.weight * risk * (1 - risk))) @ design
    return np.linalg.inv(information)


def _correlation(covariance):
    errors = np.sqrt(np.diag(covariance))
    return covariance / np.outer(errors, errors)


@pytest.mark.parametrize("name", ["clinical", "integrated"])
def test_printed_correlations_are_those_of_the_design(name):
    model = MODELS[name]
    expected = _correlation(_expected_covariance(model, 415))
    # half a unit of their second decimal, and as much for the simulation behind them
    np.testing.assert_allclose(_correlation(model.covariance), expected, atol=0.01)


def test_unprinted_covariance_of_the_image_model_is_that_of_its_458_patients():
    expected = _expected_covariance(LEE_2024.image, 458)
    # stored to three digits
    assert LEE_2024.image.covariance[0, 0] ** 0.5 == pytest.approx(expected[0, 0] ** 0.5, abs=5e-4)
    assert _correlation(LEE_2024.image.covariance)[0, 1] == pytest.approx(
        _correlation(expected)[0, 1], abs=1e-3
    )
    # the printed SE of nDL, 0.016, is the design's to its last digit
    assert expected[1, 1] ** 0.5 == pytest.approx(0.016, abs=5e-4)


@pytest.mark.parametrize("name", MODELS)
def test_covariance_is_positive_definite(name):
    assert np.linalg.eigvalsh(MODELS[name].covariance)[0] > 0


def test_variant_keeps_the_other_coefficients_and_their_errors():
    full, variant = LEE_2024.integrated, LEE_2024.integrated_without_fibrinogen
    assert [term.name for term in variant.terms] == [
        "age_years",
        "gcs_moderate",
        "gcs_severe",
        "ndl",
    ]
    assert variant.coefficients.tolist() == full.coefficients[[0, 1, 2, 4]].tolist()
    assert variant.covariance[4, 3] == full.covariance[5, 3]


def test_model_is_recognised_after_it_was_shrunk():
    assert all(is_lee_2024(model) for model in MODELS.values())
    assert is_lee_2024(shrink(LEE_2024, 0.61).integrated)
    assert not is_lee_2024(replace(LEE_2024.clinical, source="fitted to another cohort"))


def test_covariances_of_all_constants_are_those_of_estimates():
    models = {
        id(m): m for m in (*vars(published).values(), *vars(outcome).values(), *MODELS.values())
    }
    found = [model for model in models.values() if isinstance(model, LogisticModel)]
    assert len(found) >= len(MODELS)
    for model in found:
        assert np.linalg.eigvalsh(model.covariance).min() > 0, model.source
