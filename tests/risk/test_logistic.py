import math

import numpy as np
import pytest

from core.domain import ClinicalFindings, ImageFindings
from core.risk.logistic import LogisticModel, Term, predict

# 100 expansions in 500 patients; logit(0.2) = -1.386294
MODEL = LogisticModel(
    kind="integrated",
    intercept=-1.0,
    terms=(
        Term("age_years", -0.02, reference=60.0),
        Term("gcs", 0.5, level="moderate"),
        Term("gcs", 0.7, level="severe"),
        Term("sex", 0.3, level="male"),
        Term("anticoagulant", 0.4),
        Term("ndl", 0.1, reference=20.0),
    ),
    covariance=np.diag([0.04, 0.0001, 0.09, 0.09, 0.04, 0.04, 0.0004]),
    base_rate=0.2,
    source="test",
)
PATIENT = ClinicalFindings(age_years=70.0, gcs=6, sex="male", anticoagulant=True)


def test_log_odds_and_interval_are_those_computed_by_hand():
    risk = predict(MODEL, PATIENT, ImageFindings(ndl=25.0), 0.2)
    # -1 - 0.02 * 10 + 0.7 + 0.3 + 0.4 + 0.1 * 5 = 0.7
    assert risk.p == pytest.approx(1 / (1 + math.exp(-0.7)), abs=1e-12)
    # 0.04 + 100 * 0.0001 + 0.09 + 0.04 + 0.04 + 25 * 0.0004 = 0.23
    margin = 1.959964 * math.sqrt(0.23)
    # the quantile is written to six decimals
    assert risk.ci95[0] == pytest.approx(1 / (1 + math.exp(-0.7 + margin)), abs=1e-6)
    assert risk.ci95[1] == pytest.approx(1 / (1 + math.exp(-0.7 - margin)), abs=1e-6)


def test_covariance_between_terms_widens_or_narrows_the_interval():
    covariance = np.array([[0.04, 0.01], [0.01, 0.0025]])
    model = LogisticModel("image", 0.0, (Term("ndl", 0.1, reference=20.0),), covariance, 0.2, "t")
    # 0.04 + 2 * (-4) * 0.01 + 16 * 0.0025 = 0: the two errors cancel at nDL 16
    risk = predict(model, ClinicalFindings(), ImageFindings(ndl=16.0), 0.2)
    assert risk.ci95 == pytest.approx((risk.p, risk.p), abs=1e-6)


def test_each_finding_contributes_once():
    risk = predict(MODEL, PATIENT, ImageFindings(ndl=25.0), 0.2)
    shares = {part.term: (part.label, part.value, part.log_odds) for part in risk.contributions}
    assert shares == {
        "age_years": ("Age", 70.0, pytest.approx(-0.2)),
        "gcs": ("Glasgow Coma Scale", 6.0, pytest.approx(0.7)),
        "sex": ("Sex", 1.0, pytest.approx(0.3)),
        "anticoagulant": ("Anticoagulant use", 1.0, pytest.approx(0.4)),
        "ndl": ("Image score (nDL)", 25.0, pytest.approx(0.5)),
    }
    assert risk.contributions[1].odds_ratio == pytest.approx(math.exp(0.7))


def test_reference_patient_has_the_intercept_as_log_odds():
    clinical = ClinicalFindings(age_years=60.0, gcs=15, sex="female", anticoagulant=False)
    risk = predict(MODEL, clinical, ImageFindings(ndl=20.0), 0.2)
    assert risk.intercept == -1.0
    assert all(part.log_odds == 0 for part in risk.contributions)


def test_base_rate_multiplies_the_odds():
    before = predict(MODEL, PATIENT, ImageFindings(ndl=25.0), 0.2)
    after = predict(MODEL, PATIENT, ImageFindings(ndl=25.0), 0.3)
    ratio = (after.p / (1 - after.p)) / (before.p / (1 - before.p))
    # (3/7) / (1/4)
    assert ratio == pytest.approx(12 / 7, rel=1e-9)


def test_missing_findings_are_named_and_give_no_number():
    risk = predict(MODEL, ClinicalFindings(gcs=10, sex="male"), ImageFindings(ndl=None), 0.2)
    assert (risk.p, risk.ci95, risk.contributions) == (None, None, ())
    assert risk.reason == (
        "Not known, but needed by the integrated model: Age, Anticoagulant use, Image score (nDL)."
    )


def test_false_and_zero_are_known():
    clinical = ClinicalFindings(age_years=0.0, gcs=15, sex="female", anticoagulant=False)
    assert predict(MODEL, clinical, ImageFindings(ndl=0.0), 0.2).p is not None


def test_covariance_of_a_model_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        MODEL.covariance[0, 0] = 1.0
