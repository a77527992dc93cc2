import pytest

from core.stats.likelihood_ratio import likelihood_ratio, likelihood_ratio_test
from core.stats.logistic import fit_logistic
from tests.stats.make import drawn_patients, four_cells

OUTCOME, PREDICTORS = drawn_patients(120, [0.8, 0.3, 0.0], seed=1)


def test_paper_s_test_is_the_aic_difference_and_two():
    found = likelihood_ratio(400.72 - 369.93 + 2, 1)
    assert found.statistic == pytest.approx(32.79)
    # z = sqrt(32.79) = 5.726
    assert found.p == pytest.approx(1.03e-8, rel=0.01)


def test_one_added_term_costs_two_of_aic():
    smaller = fit_logistic(OUTCOME, PREDICTORS[["x1"]])
    larger = fit_logistic(OUTCOME, PREDICTORS[["x1", "x0"]])
    found = likelihood_ratio_test(smaller, larger)
    assert found.df == 1
    assert found.statistic == pytest.approx(smaller.aic - larger.aic + 2)


def test_table_of_four_cells_has_the_g_statistic():
    outcome, exposed = four_cells(3, 1, 2, 4)
    found = likelihood_ratio_test(
        fit_logistic(outcome, exposed[[]]), fit_logistic(outcome, exposed)
    )
    # 2 sum O ln(O / E) with E = 2, 2, 3, 3: 2 (3 ln 1.5 + ln 0.5 + 2 ln 0.6667 + 4 ln 1.3333)
    assert found.statistic == pytest.approx(1.7261, abs=1e-4)
    # chi squared of one degree of freedom, 2 (1 - Phi(sqrt(1.7261)))
    assert found.p == pytest.approx(0.18891, abs=1e-4)


def test_fits_that_are_not_nested_are_refused():
    with pytest.raises(ValueError, match="not nested"):
        likelihood_ratio_test(
            fit_logistic(OUTCOME, PREDICTORS[["x0"]]),
            fit_logistic(OUTCOME, PREDICTORS[["x1", "x2"]]),
        )


def test_fits_of_other_patients_are_refused():
    with pytest.raises(ValueError, match="same patients"):
        likelihood_ratio_test(
            fit_logistic(OUTCOME[:100], PREDICTORS[["x0"]][:100]), fit_logistic(OUTCOME, PREDICTORS)
        )


def test_penalized_fit_is_refused():
    outcome, exposed = four_cells(5, 0, 5, 10)
    with pytest.raises(ValueError, match="Firth found"):
        likelihood_ratio_test(fit_logistic(outcome, exposed[[]]), fit_logistic(outcome, exposed))
