import math
from dataclasses import fields, replace

import pandas as pd
import pytest

from core.cohort.frame import OUTCOME, cohort_frame
from core.cohort.read import read_cohort_table
from core.domain import ClinicalFindings, ImageFindings
from core.errors import ClinicalDataError
from core.risk.estimate import estimate
from core.risk.logistic import predict
from core.risk.outcome import EQUATION_D
from core.risk.published import LEE_2024
from core.risk.yu2024 import BASE_RATE
from core.simulate.cohort import simulate_cohort
from core.study.external_validation import ExternalValidation, Performance, validate_models


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> ExternalValidation:
    """The published models on 5000 simulated patients, at the paper's base rate."""
    path = tmp_path_factory.mktemp("large") / "cohort.csv"
    simulate_cohort(5000, seed=1).to_csv(path, index=False)
    frame = cohort_frame(read_cohort_table(path))
    return validate_models(frame, LEE_2024, LEE_2024.integrated.base_rate)


def scores(**columns: list[object]) -> pd.DataFrame:
    """A frame of patients; outcomes may be unknown."""
    frame = pd.DataFrame(columns)
    return frame.assign(**{OUTCOME: frame[OUTCOME].astype("boolean")})


def two_by_two() -> pd.DataFrame:
    """Ten patients with expansion, 8 of high nDL; ten without, 3 of high nDL."""
    ndl = [60.0] * 8 + [0.0] * 2 + [60.0] * 3 + [0.0] * 7
    return scores(ndl=ndl, expanded=[True] * 10 + [False] * 10)


def image(frame: pd.DataFrame, base_rate: float = 0.2) -> Performance:
    performance = validate_models(frame, LEE_2024, base_rate).rules["image"].performance
    assert performance is not None
    return performance


@pytest.mark.parametrize(
    ("rule", "auc"), [("image", 0.742), ("clinical", 0.694), ("integrated", 0.770)]
)
def test_published_models_do_on_a_large_simulated_cohort_what_is_expected_of_them(
    large: ExternalValidation, rule: str, auc: float
) -> None:
    numbers = large.rules[rule].performance.numbers
    # Twice the standard error of an AUC from 1000 expansions, 0.009.
    assert numbers.auc == pytest.approx(auc, abs=0.018)
    # Twice the standard error of 0.04, and 0.06 because fewer of the expanded lack GCS (Table 1).
    assert numbers.intercept == pytest.approx(0, abs=0.14)
    assert numbers.slope == pytest.approx(1, abs=0.11)  # twice its standard error


def test_patients_without_gcs_are_counted_with_the_reason(large: ExternalValidation) -> None:
    clinical = large.rules["clinical"]
    ((reason, count),) = clinical.unscored.items()
    assert reason == "Not known, but needed by the clinical model: Glasgow Coma Scale."
    assert clinical.scored + count == large.patients
    assert clinical.performance.numbers.n == clinical.scored


def test_threshold_is_judged_by_counting() -> None:
    at = image(two_by_two()).at(0.5)
    counted = [(share.successes, share.n) for share in (at.sensitivity, at.specificity)]
    assert counted == [(8, 10), (7, 10)]
    assert (at.ppv.successes, at.ppv.n) == (8, 11)
    assert (at.npv.successes, at.npv.n) == (7, 9)
    # Wilson by hand, z = 1.96: (0.8 + 0.1921) / 1.3841 ± 1.96 * sqrt(0.016 + 0.0096) / 1.3841
    assert at.sensitivity.ci95 == pytest.approx((0.490, 0.943), abs=0.0005)  # printed digits


def test_auc_of_two_values_is_that_of_the_pairs() -> None:
    # Pairs in order 0.8 * 0.7, ties 0.8 * 0.3 + 0.2 * 0.7.
    assert image(two_by_two()).numbers.auc == pytest.approx(0.56 + 0.38 / 2)


def test_nobody_flagged_has_no_predictive_value() -> None:
    ppv = image(two_by_two()).at(0.999).ppv
    assert (ppv.n, ppv.value, ppv.ci95) == (0, None, None)


def test_base_rate_moves_calibration_and_no_auc() -> None:
    low, high = image(two_by_two(), 0.2).numbers, image(two_by_two(), 0.5).numbers
    assert low.auc == high.auc
    assert low.intercept - high.intercept == pytest.approx(math.log(4))  # logit 0.5 - logit 0.2


def test_patients_of_unknown_outcome_are_left_out_and_counted() -> None:
    frame = pd.concat([two_by_two(), scores(ndl=[20.0], expanded=[None])])
    found = validate_models(frame, LEE_2024, 0.2)
    assert (found.patients, found.expanded, found.outcome_unknown) == (20, 10, 1)


def test_table_without_any_outcome_is_refused() -> None:
    with pytest.raises(ClinicalDataError, match="No patient has a known outcome"):
        validate_models(scores(ndl=[20.0], expanded=[None]), LEE_2024, 0.2)


def test_model_that_scores_too_few_says_so() -> None:
    clinical = validate_models(two_by_two(), LEE_2024, 0.2).rules["clinical"]
    assert (clinical.performance, clinical.scored) == (None, 0)
    assert clinical.reason == "0 scored patients have the rarer outcome, at least 5 expected."


def test_risks_that_are_all_alike_have_no_calibration_and_say_so() -> None:
    frame = scores(ndl=[20.0] * 20, expanded=[True] * 10 + [False] * 10)
    rule = validate_models(frame, LEE_2024, 0.2).rules["image"]
    assert rule.performance is None
    assert "same value" in rule.reason


def test_equation_d_stands_beside_the_models_only_where_its_signs_are() -> None:
    assert "equation_d" not in validate_models(two_by_two(), LEE_2024, 0.2).rules
    frame = two_by_two().assign(
        volume_ml=[10.0 + n for n in range(20)],
        irregular=[True] * 9 + [None] + [False] * 10,
        blend=False,
        onset_to_ct_h=3.0,
        gcs=14.0,
    )
    rule = validate_models(frame, LEE_2024, 0.2).rules["equation_d"]
    assert rule.unscored == {"Not known, but needed by the outcome model: Irregular shape.": 1}
    image = ImageFindings(volume_ml=10.0, irregular=True, blend=False)
    findings = ClinicalFindings(gcs=14, onset_to_ct_h=3.0)
    assert rule.performance.risk[0] == predict(EQUATION_D, findings, image, 0.2).p


def test_outcome_based_risk_is_the_apps_own_where_the_table_has_l5() -> None:
    assert "outcome" not in validate_models(two_by_two(), LEE_2024, 0.2).rules
    frame = two_by_two().assign(
        l5_hu=[None] + [-20.0 + n / 2 for n in range(19)],
        irregular=[True] * 5 + [None] * 15,
        onset_to_ct_h=[3.0] * 10 + [None] * 10,
        gcs=[14.0] * 15 + [None] * 5,
    )
    rule = validate_models(frame, LEE_2024, 0.2).rules["outcome"]
    assert rule.source.startswith("Equation E for 5, F for 5, F without time for 5, G for 4 of the")
    assert rule.unscored == {"Not known, but needed by the outcome model: Diffuseness (L5).": 1}
    clinical, image = ClinicalFindings(gcs=14, onset_to_ct_h=3.0), ImageFindings(l5_hu=-20.0)
    expected = estimate(replace(image, irregular=True), clinical, LEE_2024, 0.2).outcome
    assert rule.performance.risk[0] == expected.p


def test_gcs_terms_stand_in_only_where_the_clinical_model_scores_nobody() -> None:
    frame = two_by_two().assign(gcs=[14.0] * 10 + [6.0] * 10)
    found = validate_models(frame, LEE_2024, 0.2).rules
    assert found["clinical"].scored == 0
    assert found["gcs_terms"].scored == 20
    scored = validate_models(frame.assign(age_years=60.0), LEE_2024, 0.2).rules
    assert "gcs_terms" not in scored
    own = replace(LEE_2024, clinical=replace(LEE_2024.clinical, source="of a hospital"))
    assert "gcs_terms" not in validate_models(frame, own, 0.2).rules


@pytest.mark.parametrize(
    ("rule", "dropped", "equation", "auc"),
    [
        ("outcome", [], "G for 871", 0.802),
        ("outcome", ["irregular"], "F for 871", 0.787),
        ("outcome", ["irregular", "gcs"], "E for 871", 0.762),
        ("equation_d", [], "D,", 0.747),
    ],
    ids="GFED",
)
def test_equations_have_their_printed_auc_on_the_patients_they_were_fitted_to(
    public_table: pd.DataFrame, rule: str, dropped: list[str], equation: str, auc: float
) -> None:
    frame = scores(**public_table.drop(columns=dropped))
    found = validate_models(frame, LEE_2024, BASE_RATE).rules[rule]
    assert found.source.startswith(f"Equation {equation}")
    numbers = found.performance.numbers
    assert (numbers.n, numbers.events) == (871, 252)
    assert round(numbers.auc, 3) == auc
    # Fitted to these patients; its coefficients have four decimals.
    assert numbers.intercept == pytest.approx(0, abs=0.001)
    assert numbers.slope == pytest.approx(1, abs=0.001)


def test_every_curve_has_a_point_for_each_of_its_values() -> None:
    found = image(two_by_two())
    assert found.roc[:, 0].tolist() == [0, 0]
    assert found.roc[:, -1].tolist() == [1, 1]
    assert sum(group.n for group in found.calibration) == 20
    sizes = {len(getattr(found.decision, field.name)) for field in fields(found.decision)}
    assert sizes == {60}
