import numpy as np
import pandas as pd
import pytest

from core.risk.l5 import E, Equation, F, G, expansion_risk_from_l5, z_of_l5
from core.stats.logistic import fit_logistic


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


@pytest.mark.parametrize("equation", [E, F, G], ids="EFG")
def test_refit_on_the_public_table_gives_the_shipped_numbers(
    public_table: pd.DataFrame, equation: Equation
) -> None:
    fit = fit_logistic(public_table["expanded"], public_table[list(equation.terms)])
    assert np.round(fit.coefficients, 4).tolist() == equation.coefficients.tolist()
    assert np.round(fit.covariance, 6).tolist() == equation.covariance.tolist()
