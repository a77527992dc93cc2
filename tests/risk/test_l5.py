import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from core.risk.l5 import (
    F_WITHOUT_TIME,
    G_WITHOUT_TIME,
    L5_MEAN_HU,
    L5_SD_HU,
    E,
    F,
    G,
    expansion_risk_from_l5,
    z_of_l5,
)
from core.risk.yu2024 import BASE_RATE, N_HELD_OUT, N_HELD_OUT_EXPANDED, D, Equation
from core.stats.delong import auc_with_interval
from core.stats.logistic import fit_logistic
from core.stats.roc import roc_auc

EQUATIONS = {e.name: e for e in (D, E, F, F_WITHOUT_TIME, G, G_WITHOUT_TIME)}


def log_odds(equation: Equation, table: pd.DataFrame) -> np.ndarray:
    return equation.coefficients[0] + table[list(equation.terms)] @ equation.coefficients[1:]


def test_risk_at_the_mean_is_the_intercept() -> None:
    assert z_of_l5(-18.3) == 0
    # 1 / (1 + exp(1.0183))
    assert expansion_risk_from_l5(-18.3) == pytest.approx(0.265359, abs=1e-6)


def test_less_negative_l5_is_a_higher_risk() -> None:
    # One standard deviation above: -1.0183 + 0.9487 = -0.0696
    assert expansion_risk_from_l5(-14.8) == pytest.approx(0.482607, abs=1e-6)


def test_array_keeps_its_shape_and_what_is_unknown() -> None:
    found = expansion_risk_from_l5(np.array([[-18.3, np.nan], [-14.8, -25.0]]))
    assert found.shape == (2, 2)
    assert np.isnan(found).tolist() == [[False, True], [False, False]]
    assert found[1, 0] == expansion_risk_from_l5(-14.8)


@pytest.mark.parametrize("equation", EQUATIONS.values(), ids=EQUATIONS)
def test_refit_on_the_public_table_gives_the_shipped_numbers(
    public_table: pd.DataFrame, equation: Equation
) -> None:
    fit = fit_logistic(public_table["expanded"], public_table[list(equation.terms)])
    assert np.round(fit.coefficients, 4).tolist() == equation.coefficients.tolist()
    assert np.round(fit.covariance, 6).tolist() == equation.covariance.tolist()
    assert fit.events / fit.n == BASE_RATE


@pytest.mark.parametrize("equation", EQUATIONS.values(), ids=EQUATIONS)
def test_auc_that_is_shown_is_that_of_held_out_patients(
    public_table: pd.DataFrame, equation: Equation
) -> None:
    held_out = public_table["split"] != 1
    first, others = public_table[~held_out], public_table[held_out]
    fit = fit_logistic(first["expanded"], first[list(equation.terms)])
    found = auc_with_interval(others["expanded"], fit.probabilities(others))
    assert (len(others), others["expanded"].sum()) == (N_HELD_OUT, N_HELD_OUT_EXPANDED)
    assert round(found.auc, 3) == equation.held_out_auc
    assert tuple(np.round(found.ci95, 3)) == equation.held_out_auc_ci95


@pytest.mark.parametrize("equation", [F, G], ids="FG")
@pytest.mark.parametrize("sd_hu", [2.7, 4.3])
def test_wrong_spread_of_l5_hardly_moves_the_ranking(
    public_table: pd.DataFrame, equation: Equation, sd_hu: float
) -> None:
    stretched = public_table.assign(z=z_of_l5(L5_MEAN_HU + sd_hu * public_table["z"].to_numpy()))
    expanded = public_table["expanded"]
    own, other = (roc_auc(expanded, log_odds(equation, t)) for t in (public_table, stretched))
    assert abs(own - other) < 0.004  # as the module says


@pytest.mark.parametrize("mean_hu", [-19.1, -17.4])
def test_wrong_mean_of_l5_shifts_all_patients_by_a_quarter_at_most(mean_hu: float) -> None:
    assert abs(E.coefficients[1] * (mean_hu - L5_MEAN_HU) / L5_SD_HU) < 0.25


def test_beyond_two_standard_deviations_risk_rises_no_more(public_table: pd.DataFrame) -> None:
    beyond = public_table[public_table["z"] > 2]
    expected = expit(log_odds(E, beyond)).mean()
    found = len(beyond), beyond["expanded"].sum(), (beyond["volume_ml"] < 3).sum()
    assert (*found, round(expected, 2)) == (23, 13, 12, 0.83)
