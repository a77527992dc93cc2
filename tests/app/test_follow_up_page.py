from collections.abc import Callable
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from app.opening import OpenStudy
from app.pictures import pictures_of
from core.domain import PatientHeader, PatientIdentity
from tests.app.test_assessment_page import html

OpenApp = Callable[..., AppTest]
PAGE = "views/follow_up.py"


def later(study: OpenStudy, volume_ml: float) -> OpenStudy:
    made = replace(study.assessment, volume_ml=volume_ml, input_sha256="a" * 64)
    return OpenStudy(made, made, pictures_of(made), study.clinical)


def opened(open_app: OpenApp, study: OpenStudy, follow_up: OpenStudy) -> AppTest:
    page = open_app(study, PAGE)
    page.session_state["tab"].follow_up = follow_up
    return page.run()


def test_without_a_baseline_the_page_says_what_to_open_first(open_app: OpenApp) -> None:
    assert "then, here, a later CT" in html(open_app(None, PAGE))


def test_with_a_baseline_the_page_asks_for_the_later_ct(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study, PAGE)
    assert "Open a later CT" in html(page)
    assert any(button.label == "Assess this path" for button in page.button)


def test_growth_is_answered_and_another_follow_up_can_be_opened(
    open_app: OpenApp, study: OpenStudy
) -> None:
    baseline_ml = study.assessment.volume_ml
    page = opened(open_app, study, later(study, baseline_ml + 6.0))
    body = html(page)
    assert "Expanded</p>" in body
    assert "+6.0 mL" in body
    assert "Foretold at the baseline (base rate 20\u202f%): Outcome-based" in body
    assert body.index("Baseline: Metal was found.") < body.index("Expanded</p>")
    assert len(page.get("bidi_component")) == 2  # both outlines
    next(b for b in page.button if b.label == "Open another follow-up").click().run()
    assert "Open a later CT" in html(page)


def test_the_baseline_itself_is_refused_as_its_follow_up(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = opened(open_app, study, study)
    (error,) = page.error
    assert "the baseline CT itself" in error.value
    assert "data-expanded" not in html(page)


def test_a_ct_of_another_patient_is_compared_only_where_the_user_confirms(
    open_app: OpenApp, study: OpenStudy
) -> None:
    other = later(study, study.assessment.volume_ml + 6.0)
    header = study.assessment.volume.series.patient
    page = opened(
        open_app,
        with_header(study, replace(header, identity=PatientIdentity("one"))),
        with_header(other, replace(header, identity=PatientIdentity("another"))),
    )
    (error,) = page.error
    assert "Found studies of two patients" in error.value
    assert "data-expanded" not in html(page)
    next(b for b in page.button if b.label == "Both are of one patient").click().run()
    assert "Expanded</p>" in html(page)
    assert "confirmed as one patient" in html(page)


def with_header(study: OpenStudy, header: PatientHeader) -> OpenStudy:
    volume = study.assessment.volume
    series = replace(volume.series, patient=header)
    made = replace(study.assessment, volume=replace(volume, series=series))
    return replace(study, assessment=made, by_networks=made)
