"""The validation section of the released model card: a public table of real outcomes (Yu 2024)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from core.assets import bundled_model
from core.models.card import CARD, ModelCard, RiskValidation, read_card
from core.risk.gcs_alone import gcs_alone
from core.risk.l5 import E, F, G
from core.risk.recalibrate import risks
from core.risk.yu2024 import D
from core.stats.logistic import fit_logistic
from core.study.validation import validate

TERMS = list(D.terms)


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return read_card(bundled_model() / CARD)


def equation_d(table: pd.DataFrame) -> np.ndarray:
    return expit(D.coefficients[0] + table[TERMS].to_numpy(float) @ D.coefficients[1:])


def found(table: pd.DataFrame) -> list[RiskValidation]:
    first, others = table[table["split"] == 1], table[table["split"] != 1]

    def refitted(terms: Sequence[str]) -> np.ndarray:
        fit = fit_logistic(first["expanded"], first[list(terms)])
        return fit.probabilities(others)

    outcome, held_out = (part["expanded"].to_numpy(float) for part in (table, others))
    cases = [
        *((held_out, refitted(equation.terms)) for equation in (E, F, G)),
        (outcome, risks(gcs_alone(), table)),
        (outcome, equation_d(table)),
        (held_out, refitted(D.terms)),
    ]
    return [validate(y, risk, model="", patients="") for y, risk in cases]


def rounded(validation: RiskValidation) -> dict[str, Any]:
    numbers = {
        name: getattr(validation, name)
        for name in RiskValidation.__dataclass_fields__
        if name not in ("model", "patients")
    }
    # adding 0 makes -0.0, of a fit on its own patients, 0.0
    return {name: (np.round(value, 3) + 0.0).tolist() for name, value in numbers.items()}


def test_released_card_says_what_the_public_table_shows(
    card: ModelCard, public_table: pd.DataFrame
) -> None:
    assert [rounded(v) for v in card.validation] == [rounded(v) for v in found(public_table)]


def test_released_card_names_the_source_and_the_printed_aucs(card: ModelCard) -> None:
    assert [v.auc for v in card.validation] == [0.795, 0.82, 0.83, 0.674, 0.747, 0.732]
    assert all("Yu 2024, doi 10.1007/s00330-024-10921-2" in v.patients for v in card.validation)
    assert card.validated("clinical") is None
