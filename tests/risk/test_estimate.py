import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from core.domain import ClinicalFindings, ImageFindings
from core.errors import UsageError
from core.risk.estimate import estimate
from core.risk.published import LEE_2024

AT_MEAN = ImageFindings(ndl=20.0, l5_hu=-18.3)


@pytest.mark.parametrize("base_rate", [None, 0.05, 0.35])
@pytest.mark.parametrize("fibrinogen_mg_dl", [None, 210.0])
@pytest.mark.parametrize("gcs", [5, 10, 14])
def test_contributions_add_up_to_the_shown_probability(gcs, fibrinogen_mg_dl, base_rate):
    clinical = ClinicalFindings(age_years=51.0, gcs=gcs, fibrinogen_mg_dl=fibrinogen_mg_dl)
    for risk in estimate(ImageFindings(33.3, -16.0), clinical, LEE_2024, base_rate).all_estimates:
        log_odds = risk.intercept + sum(part.log_odds for part in risk.contributions)
        assert risk.p == pytest.approx(expit(log_odds), abs=1e-6)
        assert risk.ci95[0] < risk.p < risk.ci95[1]


def test_base_rate_is_that_of_the_models_unless_given(patient):
    assert estimate(AT_MEAN, patient, LEE_2024).base_rate == 114 / 569
    assert estimate(AT_MEAN, patient, LEE_2024, 0.3).base_rate == 0.3


def test_given_base_rate_multiplies_all_odds_alike(patient):
    before = estimate(AT_MEAN, patient, LEE_2024)
    after = estimate(AT_MEAN, patient, LEE_2024, 0.3)
    for old, new in zip(before.all_estimates, after.all_estimates, strict=True):
        # (3/7) / (114/455)
        assert (new.p / (1 - new.p)) / (old.p / (1 - old.p)) == pytest.approx(1.710526, abs=1e-6)


def test_unknown_fibrinogen_chooses_the_variant_and_says_so(patient):
    risk = estimate(AT_MEAN, replace(patient, fibrinogen_mg_dl=None), LEE_2024)
    assert risk.clinical.source.endswith("Clinical-to-HE without fibrinogen")
    assert risk.integrated.source.endswith("Integrated-to-HE without fibrinogen")
    assert "fibrinogen_mg_dl" not in {part.term for part in risk.integrated.contributions}
    assert risk.clinical.p is not None


def test_known_fibrinogen_chooses_the_full_model(patient):
    assert "without fibrinogen" not in estimate(AT_MEAN, patient, LEE_2024).integrated.source


def test_unknown_fibrinogen_without_a_variant_gives_no_number(patient):
    models = replace(LEE_2024, clinical_without_fibrinogen=None)
    risk = estimate(AT_MEAN, replace(patient, fibrinogen_mg_dl=None), models)
    assert risk.clinical.p is None
    assert "Fibrinogen" in risk.clinical.reason


def test_absent_score_leaves_the_clinical_risk(patient):
    risk = estimate(ImageFindings(), patient, LEE_2024)
    assert (risk.outcome.p, risk.image.p, risk.integrated.p) == (None, None, None)
    assert "Image score (nDL)" in risk.image.reason
    # -1.893 - 0.0212 * 3 + 1.0476 = -0.909
    assert risk.clinical.p == pytest.approx(0.28718, abs=1e-4)


def test_absent_age_leaves_the_image_risk(patient):
    risk = estimate(AT_MEAN, replace(patient, age_years=None), LEE_2024)
    assert risk.image.p is not None
    assert "Age" in risk.clinical.reason


@pytest.mark.parametrize("ndl", [-0.1, 100.1, float("nan")])
def test_score_off_its_scale_is_refused(patient, ndl):
    with pytest.raises(UsageError, match="0 to 100 expected"):
        estimate(ImageFindings(ndl, -16.0), patient, LEE_2024)


@pytest.mark.parametrize("l5_hu", [-112.0, 112.0, float("nan")])
def test_l5_off_its_scale_is_refused(patient, l5_hu):
    with pytest.raises(UsageError, match="-111 to 111 HU expected"):
        estimate(ImageFindings(l5_hu=l5_hu), patient, LEE_2024)


@pytest.mark.parametrize("base_rate", [0.0, 1.0, 20.0, float("nan")])
def test_base_rate_that_is_no_share_is_refused(patient, base_rate):
    with pytest.raises(UsageError, match=r"Give 20 % as 0\.20"):
        estimate(AT_MEAN, patient, LEE_2024, base_rate)


def test_what_if_is_answered_within_a_frame(patient):
    seconds = []
    for ndl in np.linspace(0, 100, 20):
        start = time.perf_counter()
        estimate(ImageFindings(float(ndl), -16.0), patient, LEE_2024)
        seconds.append(time.perf_counter() - start)
    # The median, so that a busy machine does not decide; it takes about 0.3 ms.
    assert np.median(seconds) < 0.02
