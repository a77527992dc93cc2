import numpy as np
import pytest

from core.risk.published import LEE_2024
from core.risk.reference_cohort import BASE_RATE, reference_cohort, solve_intercept


@pytest.fixture(scope="module")
def cohort():
    return reference_cohort()


def test_base_rate_is_that_of_table_1():
    assert pytest.approx(0.2004, abs=5e-5) == BASE_RATE


def test_cohort_has_the_moments_of_table_1(cohort):
    assert cohort.weight.sum() == pytest.approx(1.0, abs=1e-12)
    # (455 * 63 + 114 * 58) / 569, (455 * 330 + 114 * 305) / 569
    assert cohort.weight @ cohort.age_years == pytest.approx(35277 / 569, abs=1e-9)
    # the log-normal is not a polynomial, so its mean is exact only to the order of the quadrature
    assert cohort.weight @ cohort.fibrinogen_mg_dl == pytest.approx(184920 / 569, abs=1e-6)
    severe = 455 / 569 * 40 / 415 + 114 / 569 * 29 / 110
    assert cohort.weight[cohort.gcs == "severe"].sum() == pytest.approx(severe, abs=1e-12)


def test_ndl_has_mean_20_and_the_spread_of_the_scale(cohort):
    assert cohort.weight @ cohort.ndl == pytest.approx(20.0, abs=1e-9)
    spread = np.sqrt(cohort.weight @ (cohort.ndl - 20) ** 2)
    # clinical-reference 5.5: marginal SD 9.0, printed to one decimal
    assert spread == pytest.approx(9.0, abs=0.05)


def test_twice_the_order_changes_no_intercept(cohort):
    fine = reference_cohort(order=32)
    for model in (LEE_2024.image, LEE_2024.clinical, LEE_2024.integrated):
        # a thousandth of the rounding of the stored intercepts
        assert solve_intercept(model, fine) == pytest.approx(
            solve_intercept(model, cohort), abs=1e-6
        )
