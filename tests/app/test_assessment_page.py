from collections.abc import Callable
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from app.opening import OpenStudy
from core.domain import (
    MODEL_KINDS,
    ClinicalFindings,
    ImageFindings,
    ModelKind,
    PatientHeader,
    QualityFinding,
    Severity,
)
from core.report.wording import percent
from core.risk.estimate import estimate
from core.risk.published import LEE_2024
from tests.models.make import DISTILLED

OpenApp = Callable[..., AppTest]


def html(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(element.proto.body for element in page.get("html"))


def shown(page: AppTest, kind: ModelKind) -> str:
    """Text of one model's column in the probability panel."""
    return html(page).split(f'data-model="{kind}"')[1].split("</article>")[0]


def test_open_study_shows_the_three_estimates_of_core(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    risk = estimate(ImageFindings(30.0), study.clinical, LEE_2024)
    for expected in risk.estimates:
        assert f'<p class="he-p">{percent(expected.p)}</p>' in shown(page, expected.kind)


def test_panel_names_source_and_expected_beside_published_auc(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study)
    assert "Lee 2024, reconstructed" in shown(page, "integrated")
    assert "AUC 0.69 expected, 0.81 published" in shown(page, "clinical")
    assert "AUC 0.77 expected, 0.83 published" in shown(page, "integrated")
    assert DISTILLED in html(page)


def test_changing_gcs_changes_clinical_and_integrated_but_not_image(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study)
    before = {kind: shown(page, kind) for kind in MODEL_KINDS}
    page.number_input(key="study.gcs").set_value(6).run()
    risk = estimate(ImageFindings(30.0), replace(study.clinical, gcs=6), LEE_2024)
    assert shown(page, "image") == before["image"]
    for expected in (risk.clinical, risk.integrated):
        assert shown(page, expected.kind) != before[expected.kind]
        assert percent(expected.p) in shown(page, expected.kind)


def test_unknown_fibrinogen_uses_the_model_without_it(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    page.number_input(key="study.fibrinogen mg/dL").set_value(None).run()
    assert "without fibrinogen" in shown(page, "clinical")


def test_unknown_gcs_names_what_is_missing(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    page.number_input(key="study.gcs").set_value(None).run()
    assert "needed by the clinical model: Glasgow Coma Scale" in shown(page, "clinical")
    assert 'class="he-fill"' not in shown(page, "clinical")


def test_impossible_value_is_refused_and_no_probability_is_shown(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study)
    page.number_input(key="study.fibrinogen mg/dL").set_value(3.2).run()
    (error,) = page.error
    assert "g/L suspected" in error.value.replace("\\", "")
    assert "data-model" not in html(page)
    assert page.number_input(key="study.gcs").value == 10  # the form stays


def test_number_entered_in_the_wrong_unit_is_right_after_the_switch(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study)
    page.number_input(key="study.fibrinogen mg/dL").set_value(3.2).run()
    page.selectbox(key="study.fibrinogen_unit").set_value("g/L").run()
    assert page.number_input(key="study.fibrinogen g/L").value == 3.2
    expected = estimate(
        ImageFindings(30.0), replace(study.clinical, fibrinogen_mg_dl=320.0), LEE_2024
    )
    assert percent(expected.integrated.p) in shown(page, "integrated")


def test_switch_of_unit_takes_a_possible_number_along(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    before = shown(page, "integrated")
    page.selectbox(key="study.fibrinogen_unit").set_value("g/L").run()
    assert page.number_input(key="study.fibrinogen g/L").value == 2.6
    assert shown(page, "integrated") == before


def test_base_rate_moves_all_three(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    page.slider(key="study.base_rate").set_value(40).run()
    for expected in estimate(ImageFindings(30.0), study.clinical, LEE_2024, 0.4).estimates:
        assert percent(expected.p) in shown(page, expected.kind)


def test_without_hematoma_image_and_integrated_give_a_reason(
    open_app: OpenApp, study_without_hematoma: OpenStudy
) -> None:
    page = open_app(study_without_hematoma)
    assert "needed by the image model: nDL score" in shown(page, "image")
    assert "needed by the integrated model: nDL score" in shown(page, "integrated")
    assert 'class="he-fill"' in shown(page, "clinical")


def test_findings_and_measures_are_shown(open_app: OpenApp, study: OpenStudy) -> None:
    body = html(open_app(study))
    assert "<b>Warning</b> Metal was found." in body
    assert "<dt>Slices with hematoma</dt><dd>2 <small>of 8</small></dd>" in body


def test_warnings_come_before_information(open_app: OpenApp, study: OpenStudy) -> None:
    tilt = QualityFinding("tilt", Severity.INFO, "The gantry was tilted.", "Nothing to do.")
    assessment = replace(study.assessment, findings=(tilt, *study.assessment.findings))
    body = html(open_app(replace(study, assessment=assessment)))
    assert body.index("Metal was found.") < body.index("The gantry was tilted.")


def test_description_of_a_series_cannot_inject_html(open_app: OpenApp, study: OpenStudy) -> None:
    body = html(open_app(study))
    assert "Head &lt;b&gt;5 mm&lt;/b&gt;" in body
    assert "Head <b>" not in body


def test_study_without_clinical_findings_prefills_nothing(
    open_app: OpenApp, study: OpenStudy
) -> None:
    volume = study.assessment.volume
    series = replace(volume.series, patient=PatientHeader())
    assessment = replace(study.assessment, volume=replace(volume, series=series))
    page = open_app(OpenStudy(assessment, assessment, ClinicalFindings()))
    assert page.number_input(key="study.age_years").value is None
    assert "time of CT not stated" in html(page)
