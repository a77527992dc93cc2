from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from core.domain import ClinicalFindings, ImageFindings, RiskEstimate
from core.risk import l5
from core.risk.l5 import E, F, G
from core.risk.logistic import predict
from core.risk.outcome import EQUATION_D, basis, in_units, outcome_model, unusual_l5
from core.risk.yu2024 import BASE_RATE

PATIENT = ClinicalFindings(gcs=10, onset_to_ct_h=1.5)
IMAGE = ImageFindings(l5_hu=-16.2)
IRREGULAR = replace(IMAGE, irregular=True)


def risk(
    clinical: ClinicalFindings, image: ImageFindings, base_rate: float = BASE_RATE
) -> RiskEstimate:
    return predict(outcome_model(clinical, image), clinical, image, base_rate)


def test_f_is_that_of_the_printed_coefficients() -> None:
    found = risk(PATIENT, IMAGE)
    # z = (-16.2 + 18.3) / 3.5 = 0.6
    log_odds = -1.6154 + 0.8517 * 0.6 + 1.1222 - 0.0967 * np.log(2.5)
    assert logit(found.p) == pytest.approx(log_odds)
    assert found.ci95[0] < found.p < found.ci95[1]
    shares = sum(share.log_odds for share in found.contributions)
    assert found.intercept + shares == pytest.approx(log_odds)
    assert [share.term for share in found.contributions] == ["l5_hu", "gcs", "onset_to_ct_h"]


def test_g_is_that_of_the_printed_coefficients() -> None:
    severe = ClinicalFindings(gcs=6, onset_to_ct_h=0)
    log_odds = -1.9073 + 0.7705 * 0.6 + 0.9765 + 1.1232
    assert logit(risk(severe, IRREGULAR).p) == pytest.approx(log_odds)
    regular = risk(severe, replace(IMAGE, irregular=False))
    assert logit(regular.p) == pytest.approx(log_odds - 0.9765)


def test_d_is_that_of_the_printed_coefficients() -> None:
    image = ImageFindings(volume_ml=30.0, irregular=True, blend=False)
    found = predict(EQUATION_D, PATIENT, image, BASE_RATE)
    log_odds = -2.0867 + 0.0518 * np.log(31) + 1.1210 - 0.1711 * np.log(2.5) + 1.1081
    assert logit(found.p) == pytest.approx(log_odds)


@pytest.mark.parametrize(
    ("clinical", "image", "name"),
    [
        (PATIENT, IRREGULAR, "G"),
        (PATIENT, replace(IMAGE, irregular=False), "G"),
        (PATIENT, IMAGE, "F"),
        (ClinicalFindings(gcs=10), IRREGULAR, "G without time"),
        (ClinicalFindings(gcs=10), IMAGE, "F without time"),
        (ClinicalFindings(onset_to_ct_h=1.5), IRREGULAR, "E"),
        (ClinicalFindings(), IMAGE, "E"),
    ],
)
def test_equation_is_the_fullest_for_what_is_known(
    clinical: ClinicalFindings, image: ImageFindings, name: str
) -> None:
    model = outcome_model(clinical, image)
    assert model.equation.name == name
    assert model.source.startswith(f"Equation {name}, fitted to")
    assert risk(clinical, image).p is not None


def test_reference_patient_has_no_contributions() -> None:
    reference = ClinicalFindings(gcs=15, onset_to_ct_h=3.0)
    found = risk(reference, ImageFindings(l5_hu=-18.3, irregular=False))
    assert [share.log_odds for share in found.contributions] == [0] * 4
    assert logit(found.p) == pytest.approx(found.intercept)


def test_no_hematoma_has_no_risk() -> None:
    found = risk(PATIENT, ImageFindings())
    assert (found.p, found.ci95) == (None, None)
    assert found.reason == "Not known, but needed by the outcome model: Diffuseness (L5)."


def test_base_rate_moves_the_intercept() -> None:
    own, moved = risk(PATIENT, IMAGE), risk(PATIENT, IMAGE, 0.2)
    assert logit(own.p) - logit(moved.p) == pytest.approx(logit(BASE_RATE) - logit(0.2))


def test_what_is_unknown_is_said() -> None:
    assert basis(PATIENT, IRREGULAR) == (
        "Used: Diffuseness (L5), Irregular shape, Glasgow Coma Scale, Onset to CT."
    )
    assert basis(ClinicalFindings(onset_to_ct_h=2), IMAGE) == (
        "Used: Diffuseness (L5). Unknown: Irregular shape, Glasgow Coma Scale."
    )


@pytest.mark.parametrize("equation", [E, F, G], ids="EFG")
@pytest.mark.parametrize("l5_hu", [-25.0, -18.3, -12.0])
def test_interval_holds_the_uncertainty_of_the_scale_of_l5(
    equation: l5.Equation, l5_hu: float
) -> None:
    """Mean and SD of L5 drawn beside the coefficients, for the patient at a fixed L5."""
    rng = np.random.default_rng(1)
    n = 200_000
    drawn = rng.multivariate_normal(equation.coefficients, equation.covariance, n)
    mean = rng.normal(l5.L5_MEAN_HU, l5.L5_MEAN_SE_HU, n)
    # The delta method stands for small errors: a tenth of the SD's, as of the others.
    small = 0.1
    centre = equation.coefficients
    mean = l5.L5_MEAN_HU + small * (mean - l5.L5_MEAN_HU)
    sd = l5.L5_SD_HU + small * rng.normal(0, l5.L5_SD_SE_HU, n)
    drawn = centre + small * (drawn - centre)
    values = {"irregular": 1.0, "gcs_moderate": 1.0, "gcs_severe": 0.0, "log1p_time": np.log(2.5)}
    others = [values[name] for name in equation.terms if name != "z"]
    log_odds = drawn[:, 0] + drawn[:, 1] * (l5_hu - mean) / sd + drawn[:, 2:] @ others
    model = in_units(equation)
    image = ImageFindings(l5_hu=l5_hu, irregular=True)
    low, high = logit(predict(model, PATIENT, image, BASE_RATE).ci95)
    # Monte Carlo error of a standard deviation from 200 000 draws is 0.2 %.
    assert log_odds.std() / small == pytest.approx((high - low) / 2 / 1.96, rel=0.01)


def test_interval_is_wider_than_of_the_coefficients_alone() -> None:
    model = in_units(E)
    low, high = logit(predict(model, PATIENT, IMAGE, BASE_RATE).ci95)
    x = np.array([1, 0.6])
    assert high - low > 2 * 1.96 * np.sqrt(x @ E.covariance @ x)


def test_l5_that_few_had_is_warned_of() -> None:
    assert unusual_l5(None) == unusual_l5(-11.4) == ()
    (finding,) = unusual_l5(-6.5)
    assert finding.message.startswith("L5 is -6.5 HU; few hematomas")


def test_risks_of_the_public_table_add_up_to_its_outcomes(public_table: pd.DataFrame) -> None:
    found = [
        risk(
            ClinicalFindings(gcs=row.gcs, onset_to_ct_h=row.onset_to_ct_h),
            ImageFindings(l5_hu=row.l5_hu, irregular=bool(row.irregular)),
        ).p
        for row in public_table.itertuples()
    ]
    # A maximum-likelihood fit has the observed mean, up to its coefficients' fourth decimal.
    assert np.mean(found) == pytest.approx(252 / 871, abs=2e-4)
