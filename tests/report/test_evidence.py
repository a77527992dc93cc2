from dataclasses import replace

from core.domain import ClinicalFindings, ImageFindings
from core.models.card import RiskValidation
from core.report.evidence import against_threshold, disagreement, evidence
from core.risk.estimate import estimate, models_used
from core.risk.published import LEE_2024
from tests.models.make import make_card

IMAGE = ImageFindings(ndl=30.0, l5_hu=-18.3)
KNOWN = ClinicalFindings(age_years=65, gcs=15, fibrinogen_mg_dl=325, onset_to_ct_h=20)


def test_evidence_of_a_sites_own_model_is_what_its_card_measured() -> None:
    own = replace(LEE_2024.clinical, source="Fitted here", n_patients=200)
    models = replace(LEE_2024, clinical=own)
    used = models_used(models, KNOWN, IMAGE)
    assert evidence(used, models)["clinical"] == (
        "Fitted to 200 patients; not tested on other patients"
    )
    tested = RiskValidation("clinical", "x", 50, 9, 0.7, (0.6, 0.8), 0, (0, 0), 1, (1, 1), 0.1)
    card = make_card(validation=(tested,))
    assert evidence(used, models, card)["clinical"] == (
        "Fitted to 200 patients; held-out AUC 0.70 [0.60, 0.80]"
    )


def test_disagreement_names_who_differs_by_more_than_the_intervals_and_what_each_rests_on() -> None:
    used = models_used(LEE_2024, KNOWN, IMAGE)
    risk = estimate(IMAGE, KNOWN, LEE_2024)
    said = disagreement(risk, used)
    assert said is not None
    assert said.startswith("Image-to-HE (")
    assert "Clinical-to-HE" not in said  # its interval overlaps
    assert "Image-to-HE rests on Image score (nDL) (reconstructed from a paper)" in said
    assert "Onset to CT (fitted to 871 real outcomes)" in said


def test_intervals_that_touch_do_not_disagree() -> None:
    risk = estimate(IMAGE, KNOWN, LEE_2024)
    _, high = risk.outcome.ci95
    risk = replace(risk, clinical=risk.outcome, integrated=risk.outcome)
    touching = replace(risk.image, ci95=(high, high + 0.1))
    used = models_used(LEE_2024, KNOWN, IMAGE)
    assert disagreement(replace(risk, image=touching), used) is None
    apart = replace(risk.image, ci95=(high + 1e-9, high + 0.1))
    assert disagreement(replace(risk, image=apart), used) is not None
    absent = replace(risk.outcome, p=None, ci95=None, reason="unknown")
    assert disagreement(replace(risk, outcome=absent, image=apart), used) is None


def test_probability_on_the_threshold_counts_as_above() -> None:
    assert against_threshold(0.2, 0.2).startswith("above")
    assert against_threshold(0.1999, 0.2).startswith("below")
