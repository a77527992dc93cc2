"""The parts of the study page, one of which is shown at a time."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pydicom.uid import CTImageStorage
from streamlit.testing.v1 import AppTest

from app.opening import OpenStudy
from core.domain import ClinicalFindings, ImageFindings, SourceImages, SourceSlice
from core.report.digits import percent
from core.risk.estimate import estimate
from core.risk.operating import operating_characteristics
from core.risk.published import LEE_2024
from tests.app.conftest import APP
from tests.app.test_assessment_page import html, shown
from tests.models.make import DISTILLED

CLINICAL = ClinicalFindings(age_years=65.0, gcs=10, fibrinogen_mg_dl=260.0)

OpenApp = Callable[..., AppTest]


@pytest.fixture
def open_part(open_app: OpenApp, study: OpenStudy) -> Callable[[str], AppTest]:
    """The study page with a part chosen."""

    def run(part: str, of: OpenStudy = study) -> AppTest:
        page = open_app(of)
        page.session_state["study.chosen.part"] = part
        page.run()
        assert not page.exception
        return page

    return run


def test_what_if_shows_the_supposed_patient_beside_the_baseline(
    open_part: Callable[[str], AppTest], study: OpenStudy
) -> None:
    page = open_part("What-if")
    assert "What-if: not this patient" not in html(page)
    page.slider(key="study.chosen.supposed gcs").set_value(5).run()
    supposed = estimate(ImageFindings(30.0), replace(study.clinical, gcs=5), LEE_2024)
    own = estimate(ImageFindings(30.0), study.clinical, LEE_2024)
    assert "What-if: not this patient" in html(page)
    assert percent(supposed.integrated.p) in shown(page, "integrated")
    assert f"baseline {percent(own.integrated.p)}" in shown(page, "integrated")


def test_refused_finding_is_corrected_whatever_part_is_shown(
    open_part: Callable[[str], AppTest],
) -> None:
    page = open_part("Why")
    page.session_state["study.age_years"] = 300.0
    page.run()
    assert "300" in page.error[0].value
    page.number_input(key="study.age_years").set_value(65.0).run()
    assert not page.error


def test_moving_ndl_supposes_another_image(
    open_part: Callable[[str], AppTest], study: OpenStudy
) -> None:
    page = open_part("What-if")
    page.slider(key="study.chosen.supposed ndl").set_value(10.0).run()
    supposed = estimate(ImageFindings(10.0), study.clinical, LEE_2024)
    assert percent(supposed.image.p) in shown(page, "image")


def test_pin_makes_the_supposed_patient_the_baseline_and_reset_undoes_it(
    open_part: Callable[[str], AppTest], study: OpenStudy
) -> None:
    page = open_part("What-if")
    page.slider(key="study.chosen.supposed gcs").set_value(5).run()
    next(button for button in page.button if button.label == "Pin").click().run()
    assert "What-if: not this patient" not in html(page)
    page.slider(key="study.chosen.supposed gcs").set_value(15).run()
    pinned = estimate(ImageFindings(30.0), replace(study.clinical, gcs=5), LEE_2024)
    assert f"baseline {percent(pinned.clinical.p)}" in shown(page, "clinical")
    next(button for button in page.button if button.label == "Reset").click().run()
    assert page.slider(key="study.chosen.supposed gcs").value == 10


@pytest.mark.parametrize("mg_dl", [60.0, 900.0])
def test_patient_beyond_the_plausible_range_is_not_moved_by_the_slider(
    open_part: Callable[..., AppTest], study: OpenStudy, mg_dl: float
) -> None:
    far = replace(study, clinical=replace(study.clinical, fibrinogen_mg_dl=mg_dl))
    page = open_part("What-if", far)
    assert page.slider(key="study.chosen.supposed fibrinogen_mg_dl").value == mg_dl
    assert "What-if: not this patient" not in html(page)


def test_leaving_what_if_shows_the_patient_again(
    open_part: Callable[[str], AppTest], study: OpenStudy
) -> None:
    page = open_part("What-if")
    page.slider(key="study.chosen.supposed gcs").set_value(3).run()
    page.session_state["study.chosen.part"] = "Findings"
    page.run()
    own = estimate(ImageFindings(30.0), study.clinical, LEE_2024)
    assert percent(own.integrated.p) in shown(page, "integrated")
    assert "What-if: not this patient" not in html(page)


def test_threshold_moves_the_accuracy_and_not_the_risk(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    before = shown(page, "clinical")
    page.slider(key="study.chosen.threshold").set_value(40).run()
    assert "below the threshold" in shown(page, "clinical")
    risk = estimate(ImageFindings(30.0), study.clinical, LEE_2024).clinical
    assert percent(risk.p) in before
    assert percent(risk.p) in shown(page, "clinical")


def test_accuracy_stands_once_and_follows_the_threshold(
    open_part: Callable[[str], AppTest],
) -> None:
    page = open_part("Accuracy")
    page.slider(key="study.chosen.threshold").set_value(40).run()
    at = operating_characteristics(LEE_2024.clinical, 0.4, LEE_2024.clinical.base_rate)
    found = (at.sensitivity, at.specificity, at.ppv, at.npv)
    shares = "".join(f"<td>{100 * share:.0f}</td>" for share in found)
    body = html(page)
    assert body.count(shares) == 1
    assert "Reconstructed from a paper; expected AUC 0.69 (published 0.81)" in body
    assert "Reconstructed from a paper; expected AUC 0.77 (published 0.83)" in body
    assert "Used: Diffuseness (L5), Glasgow Coma Scale" in body
    assert "no patient is known with both images and outcome" in body
    assert DISTILLED in body


def test_why_is_said_in_a_sentence(open_part: Callable[[str], AppTest]) -> None:
    page = open_part("Why")
    assert "The outcome-based model puts the risk of expansion at" in html(page)
    assert len(page.get("bidi_component")) == 3  # viewer, waterfall, forest


def test_why_without_the_model_gives_the_reason(
    open_part: Callable[..., AppTest], study_without_hematoma: OpenStudy
) -> None:
    page = open_part("Why", study_without_hematoma)
    assert "gives no risk. Not known, but needed by the outcome model: Diffuseness (L5)" in html(
        page
    )
    page.segmented_control(key="study.chosen.why model").set_value("integrated").run()
    assert "gives no risk. Not known, but needed by the integrated model" in html(page)


def test_scores_are_shown_line_by_line_and_unverified_ones_on_demand(
    open_part: Callable[[str], AppTest],
) -> None:
    page = open_part("Scores")
    body = html(page)
    assert "Irregular shape <b>" in body
    assert "<td>Recurrent hemorrhage</td><td>unknown</td><td>?</td>" in body
    assert "BAT" not in body
    page.toggle(key="study.chosen.unverified").set_value(True).run()
    assert "BAT" in html(page)
    assert "points not verified" in html(page)


def test_readers_tick_of_a_marker_reaches_the_scores(
    open_part: Callable[..., AppTest], study: OpenStudy
) -> None:
    page = open_part("Scores", study)
    page.toggle(key="study.chosen.unverified").set_value(True).run()
    before = html(page)
    marker = page.checkbox(key="study.marker blend")
    marker.set_value(not marker.value).run()
    assert html(page).split("<h4>BAT")[1] != before.split("<h4>BAT")[1]


def test_moving_l5_moves_the_outcome_based_risk_alone(
    open_part: Callable[[str], AppTest], study: OpenStudy
) -> None:
    page = open_part("What-if")
    page.slider(key="study.chosen.supposed l5_hu").set_value(-14.0).run()
    supposed = estimate(ImageFindings(30.0, -14.0), study.clinical, LEE_2024).outcome
    own = estimate(study.assessment.image, study.clinical, LEE_2024).outcome
    assert percent(supposed.p) in shown(page, "outcome")
    assert f"baseline {percent(own.p)}" in shown(page, "outcome")
    image = estimate(ImageFindings(30.0), study.clinical, LEE_2024).image
    assert f"baseline {percent(image.p)}" in shown(page, "image")


def test_what_if_asks_for_what_is_unknown(open_part: Callable[[str], AppTest]) -> None:
    page = open_part("What-if")
    page.number_input(key="study.chosen.supposed onset_to_ct_h").set_value(2.0).run()
    assert not page.exception
    clinical = replace(CLINICAL, onset_to_ct_h=2.0)
    found = estimate(ImageFindings(30.0, -18.3), clinical, LEE_2024).outcome
    assert percent(found.p) in shown(page, "outcome")
    assert "What-if: not this patient" in html(page)


def test_what_if_says_what_would_cross_the_threshold(open_part: Callable[[str], AppTest]) -> None:
    page = open_part("What-if")
    assert "Below the threshold with Diffuseness (L5) about" in html(page)
    assert "or Glasgow Coma Scale about 13 or more" in html(page)
    page.slider(key="study.chosen.threshold").set_value(60).run()
    assert "Above the threshold with Diffuseness (L5) about" in html(page)


def test_what_was_chosen_is_chosen_again_in_a_session_of_the_same_tab(
    open_part: Callable[[str], AppTest],
) -> None:
    page = open_part("What-if")
    page.slider(key="study.chosen.supposed gcs").set_value(5).run()
    page.slider(key="study.chosen.threshold").set_value(29).run()
    answers = html(page)
    again = AppTest.from_file(str(APP / "views/assessment.py"), default_timeout=30)
    again.session_state["tab"] = page.session_state["tab"].reopened("token", "next", 1.0)
    again.run()
    assert again.slider(key="study.chosen.supposed gcs").value == 5
    assert again.slider(key="study.chosen.threshold").value == 29
    assert html(again) == answers
    again.session_state["tab"].open(again.session_state["tab"].study)
    assert again.session_state["tab"].chosen == {}


def test_two_findings_at_once_are_mapped_on_demand(
    open_part: Callable[[str], AppTest], study: OpenStudy
) -> None:
    page = open_part("What-if")
    assert not page.get("plotly_chart")
    page.selectbox(key="study.chosen.map of outcome l5_hu").select("gcs").run()
    assert not page.exception
    assert len(page.get("plotly_chart")) == 1
    assert "Outcome-based risk" in page.caption[-1].value
    for l5_hu, gcs in ((-25.3, 13), (-11.3, 3)):
        clinical, image = replace(study.clinical, gcs=gcs), ImageFindings(30.0, l5_hu)
        p = estimate(image, clinical, LEE_2024).outcome.p
        assert percent(p) in page.caption[-1].value
    page.selectbox(key="study.chosen.curve of outcome").select("base_rate").run()
    assert not page.get("plotly_chart")  # the base rate is no finding


def test_slices_with_hematoma_are_listed_with_their_weight(
    open_part: Callable[[str], AppTest],
) -> None:
    table = open_part("Slices").dataframe[0].value
    assert table["Slice"].tolist() == [5, 4]
    assert table["Weight, %"].tolist() == [50.0, 50.0]


def test_all_slices_are_listed_on_demand(open_part: Callable[[str], AppTest]) -> None:
    page = open_part("Slices")
    page.toggle(key="study.chosen.all slices").set_value(True).run()
    assert len(page.dataframe[0].value) == 8


def test_surface_is_drawn_and_an_empty_mask_has_none(
    open_part: Callable[..., AppTest], study: OpenStudy
) -> None:
    assert len(open_part("3-D").get("plotly_chart")) == 1
    assessment = study.assessment
    empty = replace(
        assessment,
        segmentation=replace(
            assessment.segmentation, mask=np.zeros_like(assessment.segmentation.mask)
        ),
    )
    page = open_part("3-D", replace(study, assessment=empty))
    assert len(page.get("plotly_chart")) == 0


def test_report_offers_its_files_and_names_the_patient_only_on_demand(
    open_part: Callable[[str], AppTest],
) -> None:
    page = open_part("Report")
    labels = [element.proto.label for element in page.get("download_button")]
    assert labels == ["Report (PDF)", "Mask (NIfTI)", "Numbers (JSON)", "Slices (CSV)"]
    assert not page.text_input
    page.checkbox(key="study.identify").set_value(True).run()
    assert len(page.text_input) == 1


def test_report_offers_dicom_objects_where_the_images_have_uids(
    open_part: Callable[..., AppTest], study: OpenStudy
) -> None:
    n_slices = len(study.assessment.slices)
    slices = tuple(SourceSlice("1.2", CTImageStorage, f"1.5.{n}") for n in range(n_slices))
    images = SourceImages("1.1", "1.3", slices, study.assessment.volume.geometry)
    assessment = replace(study.assessment, volume=replace(study.assessment.volume, images=images))
    page = open_part("Report", replace(study, assessment=assessment))
    labels = [element.proto.label for element in page.get("download_button")]
    assert labels[4:] == ["Mask (DICOM SEG)", "Numbers (DICOM SR)"]


def test_edited_outline_is_named_beside_its_volume(open_app: OpenApp, study: OpenStudy) -> None:
    segmentation = replace(study.assessment.segmentation, edited_by_reader=True)
    edited = replace(study.assessment, segmentation=segmentation)
    assert "Volume, outline edited by reader" in html(open_app(replace(study, assessment=edited)))


def test_presenter_mode_hides_series_and_time(open_app: OpenApp, study: OpenStudy) -> None:
    page = open_app(study)
    page.toggle(key="presenter").set_value(True).run()
    line = html(page).split('<p class="he-study">')[1].split("</p>")[0]
    assert "identifiers hidden" in line
    assert "5 mm" not in line
    assert "2026" not in line


def test_findings_keep_their_values_while_another_part_is_shown(
    open_app: OpenApp, study: OpenStudy
) -> None:
    page = open_app(study)
    page.number_input(key="study.gcs").set_value(6).run()
    for part in ("Why", "Findings"):
        page.session_state["study.chosen.part"] = part
        page.run()
    assert page.number_input(key="study.gcs").value == 6


@pytest.mark.parametrize("page_file", ["views/models.py", "views/about.py"])
def test_page_is_shown_without_a_study(open_app: OpenApp, page_file: str) -> None:
    page = open_app(page=page_file)
    assert not page.exception


def test_model_page_gives_accuracy_and_limits(open_app: OpenApp) -> None:
    body = html(open_app(page="views/models.py"))
    assert "by hand 1.2.3" in body
    assert "none known" in body
