import numpy as np
import pytest

from core.domain import ClinicalFindings
from core.risk.estimate import estimate
from core.risk.published import LEE_2024
from core.risk.whatif import Patient, risk_curve, tornado

PATIENT = Patient(ClinicalFindings(age_years=65, gcs=10, fibrinogen_mg_dl=325), 25.0, 0.2)


def test_curve_passes_through_the_patients_own_risk():
    curve = risk_curve(LEE_2024, "integrated", "ndl", PATIENT)
    own = estimate(25.0, PATIENT.clinical, LEE_2024, 0.2).integrated
    at = int(np.flatnonzero(curve.values == 25.0)[0])
    assert curve.p[at] == own.p
    assert (curve.low[at], curve.high[at]) == own.ci95


def test_curve_over_gcs_has_the_steps_of_its_groups():
    curve = risk_curve(LEE_2024, "clinical", "gcs", PATIENT)
    assert curve.values.tolist() == list(range(3, 16))
    assert len(set(curve.p[:6])) == len(set(curve.p[6:10])) == len(set(curve.p[10:])) == 1
    assert curve.p[0] > curve.p[6] > curve.p[10]


def test_curve_of_a_model_that_cannot_be_given_is_none():
    without = Patient(ClinicalFindings(age_years=65), None, 0.2)
    assert risk_curve(LEE_2024, "integrated", "age_years", without) is None
    # what is unknown is what the curve varies: the rest suffices
    unknown_gcs = Patient(ClinicalFindings(age_years=65, fibrinogen_mg_dl=325), None, 0.2)
    assert risk_curve(LEE_2024, "clinical", "gcs", unknown_gcs) is not None


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
    low = estimate(2.0, PATIENT.clinical, LEE_2024, 0.2).integrated.p
    assert ndl.p[0] == pytest.approx(low)
    assert ndl.p[0] < ndl.p[1]


def test_unknown_fibrinogen_leaves_the_variant_without_it():
    patient = Patient(ClinicalFindings(age_years=65, gcs=10), 25.0, 0.2)
    assert "fibrinogen_mg_dl" not in {s.variable for s in tornado(LEE_2024, "clinical", patient)}
