"""Equations A-D of a public table of real outcomes (Yu 2024, doi 10.1007/s00330-024-10921-2).

The printed numbers were found without the functions that are tested here.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.stats.calibration import measure_calibration
from core.stats.delong import auc_with_interval
from core.stats.logistic import fit_logistic
from core.stats.roc import roc_auc


@dataclass(frozen=True)
class Printed:
    columns: tuple[str, ...]
    coefficients: list[float]
    errors: list[float]
    aic: float
    auc: float
    held_out: tuple[float, float]


IMAGE = ("log1p_volume", "irregular", "blend")
GCS = ("moderate", "severe")
EQUATIONS = {
    "A": Printed(
        IMAGE,
        [-2.1189, 0.2261, 1.2208, 0.5274],
        [0.290, 0.112, 0.184, 0.195],
        952.15,
        0.696,
        (0.662, 0.81),
    ),
    "B": Printed(
        (*IMAGE, "log1p_time"),
        [-1.6579, 0.2209, 1.2053, 0.5577, -0.3164],
        [0.355, 0.112, 0.185, 0.196, 0.143],
        949.17,
        0.701,
        (0.665, 0.76),
    ),
    "C": Printed(
        ("log1p_time", *GCS),
        [-1.5228, -0.1628, 1.3216, 1.6940],
        [0.256, 0.142, 0.178, 0.252],
        971.74,
        0.679,
        (0.694, 1.17),
    ),
    "D": Printed(
        (*IMAGE, "log1p_time", *GCS),
        [-2.0867, 0.0518, 1.1210, 0.6575, -0.1711, 1.1081, 1.3338],
        [0.373, 0.116, 0.191, 0.204, 0.149, 0.190, 0.270],
        910.53,
        0.747,
        (0.732, 0.84),
    ),
}


@pytest.fixture(scope="module")
def table(shared_data: Path) -> pd.DataFrame:
    raw = pd.read_csv(shared_data / "he_table" / "yufei891019.csv")
    return pd.DataFrame(
        {
            "expanded": raw["HE"],
            "split": raw["train_validation-test"],
            "log1p_volume": np.log1p(raw["Volume"]),
            "irregular": raw["Irregular"],
            "blend": raw["BlendSign"],
            "log1p_time": np.log1p(raw["Time"]),
            "moderate": raw["GCS"].between(9, 12),
            "severe": raw["GCS"] <= 8,
        }
    )


@pytest.mark.parametrize("printed", EQUATIONS.values(), ids=EQUATIONS)
def test_fit_is_the_printed_one_to_the_last_digit(table: pd.DataFrame, printed: Printed) -> None:
    predictors = table[list(printed.columns)]
    fit = fit_logistic(table["expanded"], predictors)
    assert (fit.n, fit.events, fit.method, fit.findings) == (871, 252, "maximum likelihood", ())
    assert np.round(fit.coefficients, 4).tolist() == printed.coefficients
    assert np.round(fit.standard_errors, 3).tolist() == printed.errors
    assert round(fit.aic, 2) == printed.aic
    assert round(roc_auc(table["expanded"], fit.log_odds(predictors)), 3) == printed.auc


@pytest.mark.parametrize("printed", EQUATIONS.values(), ids=EQUATIONS)
def test_held_out_patients_see_the_printed_auc_and_slope(
    table: pd.DataFrame, printed: Printed
) -> None:
    first = table["split"] == 1
    fit = fit_logistic(table["expanded"][first], table.loc[first, list(printed.columns)])
    others = table[~first]
    risks = fit.probabilities(others)
    slope = measure_calibration(others["expanded"], risks).slope
    found = round(roc_auc(others["expanded"], risks), 3), round(slope, 2)
    assert found == printed.held_out


def test_covariance_of_equation_a_is_the_printed_one(table: pd.DataFrame) -> None:
    printed = [0.084277, -0.029769, 0.012825, 0.007636, 0.012442, -0.009953, -0.006377]
    printed += [0.033845, 0.003294, 0.038067]
    covariance = fit_logistic(table["expanded"], table[list(IMAGE)]).covariance
    assert np.round(covariance[np.triu_indices(4)], 6).tolist() == printed


@pytest.mark.parametrize(
    ("equation", "printed"), [("A", (0.66, 0.74)), ("C", (0.64, 0.72)), ("D", (0.71, 0.78))]
)
def test_delong_interval_is_the_printed_bootstrap_one(
    table: pd.DataFrame, equation: str, printed: tuple[float, float]
) -> None:
    predictors = table[list(EQUATIONS[equation].columns)]
    fit = fit_logistic(table["expanded"], predictors)
    found = auc_with_interval(table["expanded"], fit.log_odds(predictors))
    # 0.005 of rounding and twice the Monte Carlo error of a bootstrap end (6 % of the 0.022 error)
    assert found.ci95 == pytest.approx(printed, abs=0.008)
