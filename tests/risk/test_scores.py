from dataclasses import replace

import pytest

from core.domain import ClinicalFindings
from core.risk.scores import ReaderMarkers, all_scores, used_by
from core.risk.variables import VARIABLES

NO_SIGNS = ReaderMarkers(blend=False, hypodensity=False)
FULL = ClinicalFindings(
    age_years=80,
    gcs=4,
    onset_to_ct_h=1.0,
    anticoagulant=True,
    recurrent_ich=True,
    ivh=True,
    infratentorial=True,
    nihss=10,
    glucose_mg_dl=133,
    spot_sign="present",
)


def scores(clinical: ClinicalFindings, volume_ml: float, markers: ReaderMarkers = NO_SIGNS):
    return {score.name: score for score in all_scores(clinical, volume_ml, markers)}


def test_patient_with_everything_has_the_highest_totals() -> None:
    every_sign = ReaderMarkers(blend=True, hypodensity=True)
    found = scores(FULL, 61.0, every_sign)
    totals = {name: score.total for name, score in found.items()}
    assert totals == {"BRAIN": 24, "NAG": 3, "ICH score": 6, "BAT": None, "9-point": 9}
    assert found["BRAIN"].risk == "85.8 % (published)"
    assert found["NAG"].risk == "100 % (published)"
    assert found["ICH score"].risk == "100 % (estimated; nobody had 6 points)"
    assert found["BAT"].risk == "not for a patient on an anticoagulant"
    without = scores(replace(FULL, anticoagulant=False), 61.0, every_sign)["BAT"]
    assert (without.total, without.risk) == (5, "higher risk (3 or more)")


@pytest.mark.parametrize(
    ("volume_ml", "hours", "points"),
    [(10.0, 5.0, 0 + 1), (10.1, 5.1, 5 + 0), (20.0, 2.0, 5 + 4), (20.1, 2.1, 7 + 3)],
)
def test_brain_counts_upper_bounds_as_within(volume_ml: float, hours: float, points: int) -> None:
    clinical = ClinicalFindings(
        onset_to_ct_h=hours, anticoagulant=False, recurrent_ich=False, ivh=False
    )
    assert scores(clinical, volume_ml)["BRAIN"].total == points


def test_brain_risk_between_the_published_ends_is_called_interpolated() -> None:
    # expit(-3.347 + 0.2144 * 10) = 0.231
    clinical = ClinicalFindings(
        onset_to_ct_h=3.0, anticoagulant=False, recurrent_ich=False, ivh=False
    )
    brain = scores(clinical, 30.0)["BRAIN"]
    assert brain.total == 10
    assert brain.risk == "23 % (interpolated, not published)"


@pytest.mark.parametrize(("gcs", "points"), [(3, 2), (4, 2), (5, 1), (12, 1), (13, 0)])
def test_ich_score_has_the_cuts_of_its_abstract(gcs: int, points: int) -> None:
    clinical = ClinicalFindings(age_years=79.9, gcs=gcs, infratentorial=False, ivh=False)
    assert scores(clinical, 29.9)["ICH score"].total == points
    assert scores(clinical, 30.0)["ICH score"].total == points + 1


def test_unknown_items_leave_a_range_and_no_risk() -> None:
    brain = scores(ClinicalFindings(onset_to_ct_h=0.5), 15.0)["BRAIN"]
    assert (brain.total, brain.least, brain.most) == (None, 10, 22)
    assert brain.risk is None
    assert [item.value for item in brain.items].count("unknown") == 3


def test_nine_point_score_has_a_category_for_no_angiography() -> None:
    clinical = ClinicalFindings(onset_to_ct_h=6.0, anticoagulant=False)
    assert scores(clinical, 30.0)["9-point"].total == 0 + 2 + 1 + 1
    assert scores(clinical, 29.9)["9-point"].total == 0 + 2 + 0 + 1


def test_without_hematoma_no_volume_is_supposed() -> None:
    found = {s.name: s for s in all_scores(FULL, 0.0, NO_SIGNS)}
    assert [found[name].total for name in ("BRAIN", "ICH score", "9-point")] == [None] * 3


def test_value_beside_the_points_is_not_rounded_over_its_limit() -> None:
    item = scores(ClinicalFindings(glucose_mg_dl=132.6), 1.0)["NAG"].items[2]
    assert (item.value, item.points) == ("132.6", 0)


def test_scores_whose_points_were_not_checked_say_so() -> None:
    assert {name for name, score in scores(FULL, 1.0).items() if not score.verified} == {
        "BAT",
        "9-point",
    }


def test_form_can_say_which_scores_use_a_finding() -> None:
    assert used_by("anticoagulant") == ("BRAIN", "NAG", "BAT", "9-point")
    assert used_by("sbp_mmhg") == ()
    used = {name for name in VARIABLES if used_by(name)}
    assert {"nihss", "glucose_mg_dl", "recurrent_ich", "ivh", "infratentorial", "spot_sign"} < used
