import numpy as np
import pandas as pd
import pytest

from core.risk.yu2024 import expansion_risk_from_image
from core.stats.roc import roc_auc


def test_risk_of_a_regular_plain_hematoma_of_no_size_is_the_intercept():
    # 1 / (1 + exp(2.1189))
    assert expansion_risk_from_image(0.0, False, False) == pytest.approx(0.107274, abs=1e-6)


def test_all_terms_add_up():
    # -2.1189 + 0.2261 * log(30) + 1.2208 + 0.5274 = 0.398311
    assert expansion_risk_from_image(29.0, True, True) == pytest.approx(0.598282, abs=1e-6)


@pytest.mark.parametrize("volume_ml", [-1.0, float("nan")])
def test_volume_that_is_none_is_refused(volume_ml):
    with pytest.raises(ValueError, match="0 or more expected"):
        expansion_risk_from_image(volume_ml, False, False)


def test_equation_fits_the_table_it_was_fitted_to(public_table: pd.DataFrame) -> None:
    risk = [
        expansion_risk_from_image(volume_ml, bool(irregular), bool(blend))
        for volume_ml, irregular, blend in zip(
            public_table["volume_ml"], public_table["irregular"], public_table["blend"], strict=True
        )
    ]
    assert len(risk) == 871
    # A maximum-likelihood fit has the observed mean, up to its coefficients' fourth decimal.
    assert np.mean(risk) == pytest.approx(252 / 871, abs=2e-4)
    # printed to three decimals
    assert roc_auc(public_table["expanded"], risk) == pytest.approx(0.696, abs=5e-4)
