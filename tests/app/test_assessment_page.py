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
from core.report.digits import percent
from core.report.evidence import disagreement
from core.report.provenance import SIMULATED_BY
from core.risk.estimate import estimate, models_used
from core.risk.published import LEE_2024

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


def test_panel_names_the_evidence_of_each_model_in_the_same_words(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study)
    told = "Fitted to 871 real outcomes; held-out AUC 0.82 [0.77, 0.87]"
    assert f'<p class="he-evidence">{told}</p>' in shown(page, "outcome")
    for kind, auc in (("clinical", "0.69"), ("integrated", "0.77")):
        told = f"Reconstructed from a paper; expected AUC {auc}"
        assert f'<p class="he-evidence">{told}</p>' in shown(page, kind)


def test_models_that_disagree_are_said_to_and_why(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    page.number_input(key="study.gcs").set_value(15).run()
    page.number_input(key="study.onset_to_ct_h").set_value(20.0).run()
    clinical = replace(study.clinical, gcs=15, onset_to_ct_h=20.0)
    used = models_used(LEE_2024, clinical, study.assessment.image)
    told = disagreement(estimate(study.assessment.image, clinical, LEE_2024), used)
    assert told.startswith("Image-to-HE (")
    assert told in html(page)
    page.number_input(key="study.onset_to_ct_h").set_value(0.5).run()
    page.number_input(key="study.gcs").set_value(8).run()
    assert "They disagree" not in html(page)


def test_out_of_scope_stands_in_the_place_of_all_probabilities(
    open_app: OpenApp, study: OpenStudy
) -> None:
    outside = QualityFinding("blood-outside-brain", Severity.WARNING, "Not brain.", "Look.")
    assessment = replace(study.assessment, findings=(outside,), out_of_scope=outside.message)
    body = html(open_app(replace(study, assessment=assessment)))
    assert "data-model" not in body
    assert "No probability of expansion is given</h4><p>Not brain.</p><p>Look.</p>" in body
    assert body.count("Not brain.") == 1


def test_what_changes_the_meaning_stands_above_the_numbers(
    open_app: OpenApp, study: OpenStudy
) -> None:
    series = replace(study.assessment.volume.series, manufacturer=SIMULATED_BY)
    edited = replace(
        study.assessment,
        volume=replace(study.assessment.volume, series=series),
        segmentation=replace(study.assessment.segmentation, edited_by_reader=True),
    )
    body = html(open_app(replace(study, assessment=edited)))
    above = body.split('<dl class="he-measures">')[0]
    for said in ("Simulated CT", "Edited by reader", "Metal was found."):
        assert said in above


def test_onset_stands_on_the_line_of_the_study(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    assert "onset unknown" in html(page)
    page.number_input(key="study.onset_to_ct_h").set_value(2.5).run()
    assert "2.5 h after onset" in html(page)


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
    risk = estimate(
        ImageFindings(30.0), replace(study.clinical, fibrinogen_mg_dl=None), LEE_2024
    ).clinical
    assert "without fibrinogen" in risk.source
    assert percent(risk.p) in shown(page, "clinical")


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
    page.slider(key="study.chosen.base_rate").set_value(40).run()
    for expected in estimate(ImageFindings(30.0), study.clinical, LEE_2024, 0.4).estimates:
        assert percent(expected.p) in shown(page, expected.kind)


def test_without_hematoma_image_and_integrated_give_a_reason(
    open_app: OpenApp, study_without_hematoma: OpenStudy
) -> None:
    page = open_app(study_without_hematoma)
    assert "needed by the image model: Image score (nDL)" in shown(page, "image")
    assert "needed by the integrated model: Image score (nDL)" in shown(page, "integrated")
    assert 'class="he-fill"' in shown(page, "clinical")


def test_findings_and_measures_are_shown(open_app: OpenApp, study: OpenStudy) -> None:
    body = html(open_app(study))
    assert "<b>Warning</b> Metal was found." in body
    assert "<dt>Slices with hematoma</dt><dd>2 <small>of\N{NO-BREAK SPACE}8</small></dd>" in body


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
    assert "<dt>Diffuseness (L5)</dt><dd>\N{MINUS SIGN}18.3 <small>HU</small>" in body
    assert "no patient is known with both images and outcome" in answer


def test_shape_enters_once_the_reader_says_it_and_never_by_itself(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study)
    shape = page.selectbox(key="study.chosen.irregular")
    assert shape.value is None
    for said in ("yes", "no"):
        shape.set_value(said).run()
        image = replace(study.assessment.image, irregular=said == "yes")
        found = estimate(image, study.clinical, LEE_2024).outcome
        assert f'<p class="he-p">{percent(found.p)}</p>' in shown(page, "outcome")
        assert "held-out AUC 0.83" in shown(page, "outcome")
    shape.set_value(None).run()
    assert "held-out AUC 0.82" in shown(page, "outcome")


def test_edited_outline_moves_the_outcome_based_risk(open_app: OpenApp, study: OpenStudy) -> None:
    edited = replace(study, assessment=replace(study.assessment, l5_hu=-14.0))
    found = estimate(edited.assessment.image, study.clinical, LEE_2024).outcome
    assert percent(found.p) in shown(open_app(edited), "outcome")


def test_base_rate_moves_the_outcome_based_risk(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    page.slider(key="study.chosen.base_rate").set_value(40).run()
    found = estimate(study.assessment.image, study.clinical, LEE_2024, 0.4).outcome
    assert percent(found.p) in shown(page, "outcome")


def test_no_hematoma_has_no_outcome_based_risk(
    open_app: OpenApp, study_without_hematoma: OpenStudy
) -> None:
    answer = shown(open_app(study_without_hematoma), "outcome")
    assert "needed by the outcome model: Diffuseness (L5)" in answer
    assert "he-fill" not in answer
