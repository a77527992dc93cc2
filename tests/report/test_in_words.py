from core.domain import ClinicalFindings, ImageFindings
from core.report.in_words import in_words
from core.risk.estimate import estimate
from core.risk.published import LEE_2024


def sentence(kind: str, ndl: float | None, base_rate: float = 0.2, **clinical: float) -> str:
    risk = estimate(ImageFindings(ndl), ClinicalFindings(**clinical), LEE_2024, base_rate)  # type: ignore[arg-type]
    return in_words(getattr(risk, kind), base_rate).replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_what_raises_and_what_lowers_the_risk_is_named_the_strongest_first():
    # log-odds: nDL 0.965, GCS 0.748, fibrinogen 0.13; age 80: -0.353
    said = sentence("integrated", 30.0, age_years=80, gcs=10, fibrinogen_mg_dl=260)
    assert "Image score (nDL) 30.0, Glasgow Coma Scale 10 and Fibrinogen 260 mg/dL raise it" in said
    assert "Age 80 years lowers it." in said
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


def test_risk_is_never_said_to_be_0_or_100():
    # log-odds -7.2 and 5.7
    low = sentence("integrated", 0.0, 0.05, age_years=105, gcs=15, fibrinogen_mg_dl=800)
    high = sentence("integrated", 60.0, 0.6, age_years=19, gcs=8, fibrinogen_mg_dl=100)
    assert "at < 1 %" in low
    assert "at > 99 %" in high


def test_fibrinogen_of_four_digits_is_written_out():
    said = sentence("clinical", None, age_years=62, gcs=15, fibrinogen_mg_dl=1200)
    assert "Fibrinogen 1200 mg/dL lowers it" in said
