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
    page = open_app(replace(study, assessment=assessment, clinical=ClinicalFindings()))
    assert page.number_input(key="study.age_years").value is None
    assert "time of CT not stated" in html(page)


def test_outcome_based_risk_stands_first_with_what_it_rests_on(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study)
    body = html(page)
    assert body.index('data-model="outcome"') < body.index('data-model="image"')
    found = estimate(study.assessment.image, study.clinical, LEE_2024).outcome
    answer = shown(page, "outcome")
    assert f'<p class="he-p">{percent(found.p)}</p>' in answer
    assert "AUC 0.82 [0.77, 0.87] in 316 test patients, 79 expansions" in answer
    assert "Equation F without time, fitted to outcomes of 871 patients (Yu 2024)" in answer
    assert "Used: L5, Glasgow Coma Scale. Unknown: Irregular shape, Onset to CT." in answer
    assert "L5 says how dense and compact the hematoma is" in answer
    assert "<dt>L5</dt><dd>\N{MINUS SIGN}18.3 <small>HU</small>" in body
    assert "no patient is known with both images and outcome" in body


def test_shape_enters_once_the_reader_says_it_and_never_by_itself(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study)
    shape = page.selectbox(key="study.irregular")
    assert shape.value is None
    for said in ("yes", "no"):
        shape.set_value(said).run()
        image = replace(study.assessment.image, irregular=said == "yes")
        found = estimate(image, study.clinical, LEE_2024).outcome
        assert f'<p class="he-p">{percent(found.p)}</p>' in shown(page, "outcome")
        assert "Equation G without time" in shown(page, "outcome")
    shape.set_value(None).run()
    assert "Equation F without time" in shown(page, "outcome")


def test_edited_outline_moves_the_outcome_based_risk(open_app: OpenApp, study: OpenStudy) -> None:
    edited = replace(study, assessment=replace(study.assessment, l5_hu=-14.0))
    found = estimate(edited.assessment.image, study.clinical, LEE_2024).outcome
    assert percent(found.p) in shown(open_app(edited), "outcome")


def test_base_rate_moves_the_outcome_based_risk(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    page.slider(key="study.base_rate").set_value(40).run()
    found = estimate(study.assessment.image, study.clinical, LEE_2024, 0.4).outcome
    assert percent(found.p) in shown(page, "outcome")


def test_no_hematoma_has_no_outcome_based_risk(
    open_app: OpenApp, study_without_hematoma: OpenStudy
) -> None:
    answer = shown(open_app(study_without_hematoma), "outcome")
    assert "needed by the outcome model: L5" in answer
    assert "he-fill" not in answer
