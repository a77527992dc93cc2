from core.domain import ClinicalFindings
from core.risk.estimate import estimate
from core.risk.in_words import in_words
from core.risk.published import LEE_2024


def sentence(kind: str, ndl: float | None, base_rate: float = 0.2, **clinical: float) -> str:
    risk = estimate(ndl, ClinicalFindings(**clinical), LEE_2024, base_rate)  # type: ignore[arg-type]
    return in_words(getattr(risk, kind), base_rate)


def test_what_raises_and_what_lowers_the_risk_is_named_the_strongest_first():
    # log-odds: nDL 0.965, GCS 0.748, fibrinogen 0.13; age 80: -0.353
    said = sentence("integrated", 30.0, age_years=80, gcs=10, fibrinogen_mg_dl=260)
    assert "nDL score 30, Glasgow Coma Scale 10 and Fibrinogen 260 raise it" in said
    assert "Age 80 lowers it." in said
    assert "times the base rate of 20 %" in said


def test_reference_patient_is_moved_by_nothing():
    said = sentence("clinical", None, age_years=62, gcs=15, fibrinogen_mg_dl=325)
    assert said.endswith("below the base rate of 20 %: no finding moves it much.")


def test_one_sided_patient_says_that_nothing_acts_the_other_way():
    said = sentence("clinical", None, age_years=62, gcs=6, fibrinogen_mg_dl=325)
    assert "Glasgow Coma Scale 6 raises it; nothing lowers it much." in said


def test_model_that_cannot_be_given_says_why():
    said = sentence("integrated", None, age_years=62, gcs=15)
    assert said.startswith("Integrated-to-HE gives no risk. Not known, but needed")
