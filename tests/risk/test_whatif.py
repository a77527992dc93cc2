import numpy as np
import pytest

from core.domain import ClinicalFindings, ImageFindings
from core.risk.estimate import estimate
from core.risk.published import LEE_2024
from core.risk.whatif import Patient, crossings, risk_curve, risk_map, tornado

KNOWN = ClinicalFindings(age_years=65, gcs=10, fibrinogen_mg_dl=325, onset_to_ct_h=2)
PATIENT = Patient(KNOWN, ImageFindings(ndl=25.0, l5_hu=-16.0), 0.2)


def test_curve_passes_through_the_patients_own_risk():
    curve = risk_curve(LEE_2024, "integrated", "ndl", PATIENT)
    own = estimate(ImageFindings(25.0), PATIENT.clinical, LEE_2024, 0.2).integrated
    at = int(np.flatnonzero(curve.values == 25.0)[0])
    assert curve.p[at] == own.p
    assert (curve.low[at], curve.high[at]) == own.ci95


def test_curve_over_gcs_has_the_steps_of_its_groups():
    curve = risk_curve(LEE_2024, "clinical", "gcs", PATIENT)
    assert curve.values.tolist() == list(range(3, 16))
    assert len(set(curve.p[:6])) == len(set(curve.p[6:10])) == len(set(curve.p[10:])) == 1
    assert curve.p[0] > curve.p[6] > curve.p[10]


def test_curve_of_a_model_that_cannot_be_given_is_none():
    without = Patient(ClinicalFindings(age_years=65), ImageFindings(), 0.2)
    assert risk_curve(LEE_2024, "integrated", "age_years", without) is None
    # what is unknown is what the curve varies: the rest suffices
    clinical = ClinicalFindings(age_years=65, fibrinogen_mg_dl=325)
    unknown_gcs = Patient(clinical, ImageFindings(), 0.2)
    assert risk_curve(LEE_2024, "clinical", "gcs", unknown_gcs) is not None


@pytest.mark.parametrize(
    ("kind", "across", "down"),
    [("outcome", "l5_hu", "onset_to_ct_h"), ("integrated", "age_years", "gcs")],
)
def test_map_holds_the_risk_of_every_pair_of_values(kind, across, down):
    found = risk_map(LEE_2024, kind, across, down, PATIENT)
    assert found.p.shape == (len(found.down.values), len(found.across.values))
    for row, column in ((0, 0), (0, -1), (-1, 0), (5, 20)):
        supposed = PATIENT.with_value(across, float(found.across.values[column]))
        supposed = supposed.with_value(down, float(found.down.values[row]))
        own = getattr(estimate(supposed.image, supposed.clinical, LEE_2024, 0.2), kind).p
        assert found.p[row, column] == pytest.approx(own, rel=1e-9)  # sums in another order


def test_map_of_a_model_that_cannot_be_given_is_none():
    without = Patient(ClinicalFindings(age_years=65), ImageFindings(), 0.2)
    assert risk_map(LEE_2024, "integrated", "age_years", "gcs", without) is None


def test_tornado_holds_every_variable_once_the_widest_first():
    swings = tornado(LEE_2024, "integrated", PATIENT)
    assert {s.variable for s in swings} == {
        "age_years",
        "gcs",
        "fibrinogen_mg_dl",
        "ndl",
        "base_rate",
    }
    assert [s.width for s in swings] == sorted((s.width for s in swings), reverse=True)
    ndl = next(s for s in swings if s.variable == "ndl")
    assert ndl.values == (2.0, 38.0)
    low = estimate(ImageFindings(2.0), PATIENT.clinical, LEE_2024, 0.2).integrated.p
    assert ndl.p[0] == pytest.approx(low)
    assert ndl.p[0] < ndl.p[1]


def test_unknown_fibrinogen_leaves_the_variant_without_it():
    patient = Patient(ClinicalFindings(age_years=65, gcs=10), ImageFindings(25.0), 0.2)
    assert "fibrinogen_mg_dl" not in {s.variable for s in tornado(LEE_2024, "clinical", patient)}


def test_outcome_based_risk_answers_to_l5_and_to_the_shape_once_it_is_read() -> None:
    unread = {s.variable for s in tornado(LEE_2024, "outcome", PATIENT)}
    assert unread == {"l5_hu", "gcs", "onset_to_ct_h", "base_rate"}
    read = PATIENT.with_value("irregular", 1.0)
    assert read.image.irregular is True
    shape = next(s for s in tornado(LEE_2024, "outcome", read) if s.variable == "irregular")
    own = estimate(read.image, KNOWN, LEE_2024, 0.2).outcome.p
    assert (shape.values, shape.p[1]) == ((0, 1), own)
    curve = risk_curve(LEE_2024, "outcome", "l5_hu", read)
    assert curve.p[-1] > curve.p[0]
    assert (curve.values[0], curve.values[-1]) == (-25.3, -11.3)


def test_crossing_is_the_nearest_value_that_puts_the_risk_across_the_threshold():
    p = estimate(PATIENT.image, KNOWN, LEE_2024, 0.2).clinical.p
    for threshold in (p - 0.05, p + 0.05):
        for found in crossings(LEE_2024, "clinical", PATIENT, threshold):
            moved = PATIENT.with_value(found.variable, found.value)
            there = estimate(moved.image, moved.clinical, LEE_2024, 0.2).clinical.p
            assert (there >= threshold) != (p >= threshold)
            assert found.rising == (found.value > PATIENT.value(found.variable))
    lower = {one.variable: one for one in crossings(LEE_2024, "clinical", PATIENT, p - 0.05)}
    assert lower["gcs"].value == 13  # the least that leaves the group of 9 to 12
    assert lower["age_years"].rising


def test_threshold_that_no_single_finding_reaches_has_no_crossing():
    assert crossings(LEE_2024, "clinical", PATIENT, 0.99) == ()
    without = Patient(ClinicalFindings(), ImageFindings(), 0.2)
    assert crossings(LEE_2024, "clinical", without, 0.2) == ()
