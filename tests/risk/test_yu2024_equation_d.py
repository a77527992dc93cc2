from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import logit

from core.domain import ClinicalFindings
from core.risk import yu2024
from core.risk.yu2024 import BASE_RATE, expansion_risk

PATIENT = ClinicalFindings(gcs=10, onset_to_ct_h=1.5)


def test_risk_is_that_of_the_printed_coefficients() -> None:
    found = expansion_risk(PATIENT, 30.0, irregular=True, blend=False, base_rate=BASE_RATE)
    log_odds = -2.0867 + 0.0518 * np.log(31) + 1.1210 - 0.1711 * np.log(2.5) + 1.1081
    assert logit(found.p) == pytest.approx(log_odds)
    assert found.ci95[0] < found.p < found.ci95[1]
    shares = sum(share.log_odds for share in found.contributions)
    assert found.intercept + shares == pytest.approx(log_odds)


def test_reference_patient_has_no_contributions() -> None:
    reference = ClinicalFindings(gcs=15, onset_to_ct_h=3.0)
    found = expansion_risk(reference, 15.0, irregular=False, blend=False, base_rate=0.2)
    assert [share.log_odds for share in found.contributions] == [0] * 5
    assert logit(found.p) == pytest.approx(found.intercept)


def test_no_hematoma_has_no_risk() -> None:
    found = expansion_risk(PATIENT, 0.0, irregular=False, blend=False, base_rate=0.2)
    assert (found.p, found.reason) == (None, "Not known, but needed: Hematoma.")
    with pytest.raises(ValueError, match="0 or more"):
        expansion_risk(PATIENT, -1.0, irregular=False, blend=False, base_rate=0.2)


def test_base_rate_moves_the_intercept() -> None:
    own = expansion_risk(PATIENT, 30.0, irregular=False, blend=False, base_rate=BASE_RATE)
    moved = expansion_risk(PATIENT, 30.0, irregular=False, blend=False, base_rate=0.2)
    assert logit(own.p) - logit(moved.p) == pytest.approx(logit(BASE_RATE) - logit(0.2))


def test_unknown_time_is_not_imputed() -> None:
    found = expansion_risk(
        ClinicalFindings(gcs=10), 30.0, irregular=False, blend=False, base_rate=0.2
    )
    assert (found.p, found.ci95) == (None, None)
    assert found.reason == "Not known, but needed: Onset to CT."


def test_refit_on_the_public_table_gives_the_shipped_numbers(shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "he_table" / "yufei891019.csv")
    x = np.column_stack(
        [
            np.ones(len(table)),
            np.log1p(table["Volume"]),
            table["Irregular"],
            table["BlendSign"],
            np.log1p(table["Time"]),
            table["GCS"].between(9, 12),
            table["GCS"] <= 8,
        ]
    ).astype(float)
    fit = sm.Logit(table["HE"], x).fit(disp=0)
    assert np.round(np.asarray(fit.params), 4).tolist() == yu2024._D.tolist()
    # shipped to six decimals
    assert np.asarray(fit.cov_params()) == pytest.approx(yu2024._D_COVARIANCE, abs=5.1e-7)
    assert fit.aic == pytest.approx(910.53, abs=0.005)
    assert table["HE"].mean() == pytest.approx(BASE_RATE)
