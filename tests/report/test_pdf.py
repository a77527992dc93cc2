"""The report as its reader gets it: rendered, and read back as text."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import ImageColor

from core.dicom import find_series
from core.domain import (
    Assessment,
    ClinicalFindings,
    Distance,
    ImageFindings,
    QualityFinding,
    Severity,
)
from core.imaging.head import head_box
from core.models.card import ModelCard
from core.report.colors import CASING, OUTLINE
from core.report.digits import percent
from core.report.pdf import Report, report_pdf
from core.report.pdf.style import MARGIN, register_fonts, shown, signed
from core.report.pictures import key_slices, outlined_picture
from core.risk.estimate import RiskModels, estimate, models_used
from core.risk.odds_ratios import odds_ratios
from core.risk.outcome import LIMITS
from core.risk.published import LEE_2024
from core.simulate.write_dicom import SeriesIdentity, write_ct_series
from tests.dicom.make import axial_geometry, head_hu
from tests.report.make import MADE_AT, SERIES, make_assessment

RESEARCH_USE = "Research use only. Not a medical device."


def pages(
    head_study: Assessment,
    card: ModelCard,
    label: str | None = None,
    models: RiskModels = LEE_2024,
) -> list[str]:
    """Text of each page, spaces alike."""
    pdf = report_pdf(Report(head_study, card, models, MADE_AT, label))
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    return [" ".join(text.split()) for text in texts]


def test_pages_hold_what_was_assessed(head_study: Assessment, card: ModelCard) -> None:
    first, second, *_ = pages(head_study, card)
    for found in head_study.risk.estimates:
        assert found.p is not None
        assert " ".join(percent(found.p).split()) in first
        assert f"{found.kind.capitalize()}-to-HE" in first
    assert f"{head_study.volume_ml:.1f} mL" in first
    assert "No patient identifier on this report" in first
    assert head_study.model.sha256 in second
    assert head_study.input_sha256 in second
    assert "Fibrinogen 325 mg/dL" in second
    assert "NIHSS unknown" in second
    assert "2026-11-24 03:15" in second
    assert "Reading slices 0.50 s" in second
    assert "All stages 0.50 s" in second


def test_contributions_add_up_to_the_probability(head_study: Assessment, card: ModelCard) -> None:
    second = pages(head_study, card)[1]
    outcome = head_study.risk.outcome
    assert outcome.intercept is not None
    total = outcome.intercept + sum(c.log_odds for c in outcome.contributions)
    assert f"Log-odds of this patient {signed(total)} risk" in second
    assert "Diffuseness (L5) \N{MINUS SIGN}18.3 HU" in second


def test_contributions_are_of_the_integrated_model_where_no_hematoma_has_an_l5(
    head_study: Assessment, card: ModelCard
) -> None:
    image = replace(head_study.image, l5_hu=None)
    risk = estimate(image, head_study.clinical, LEE_2024)
    second = pages(replace(head_study, l5_hu=None, risk=risk), card)[1]
    assert "contributions, Integrated-to-HE" in second
    assert "Fibrinogen 325 mg/dL" in second


def test_outcome_based_risk_stands_first_with_what_it_rests_on(
    head_study: Assessment, card: ModelCard
) -> None:
    first, *rest = pages(head_study, card)
    places = [first.index(name) for name in ("Outcome-based", "Image-to-HE", "Clinical-to-HE")]
    assert places == sorted(places)
    assert "Fitted to 871 real outcomes; held-out AUC 0.82 [0.77, 0.87]" in first
    assert "Equation F without time, fitted to outcomes of 871 patients" in " ".join(rest)
    assert (
        "Used: Diffuseness (L5), Glasgow Coma Scale. Unknown: Irregular shape, Onset to CT."
        in first
    )
    assert LIMITS in " ".join(rest)


def test_odds_ratios_of_all_models_stand_on_page_two(
    head_study: Assessment, card: ModelCard
) -> None:
    second = pages(head_study, card)[1]
    for model in models_used(LEE_2024, head_study.clinical, head_study.image).values():
        for ratio in odds_ratios(model):
            low, high = ratio.ci95
            assert f"{ratio.value:.2f} [{low:.2f}, {high:.2f}]" in second
    assert "0.5 1 2 4 8" in second


def test_published_auc_stands_beside_the_expected(head_study: Assessment, card: ModelCard) -> None:
    # Published: Table 3 of the paper.  Expected: clinical-reference.md 5.6.
    first, *rest = pages(head_study, card)
    assert "Reconstructed from a paper; expected AUC 0.69" in first
    assert "AUC 0.69 expected, 0.81 published" in " ".join(rest)


def test_reconstruction_is_said_of_published_models_alone(
    head_study: Assessment, card: ModelCard
) -> None:
    image, clinical, integrated = (
        replace(model, source="Fitted here")
        for model in (LEE_2024.image, LEE_2024.clinical, LEE_2024.integrated)
    )
    partly = pages(head_study, card, models=replace(LEE_2024, image=image, clinical=clinical))
    assert "reconstructed from rounded published tables for Integrated-to-HE." in partly[0]
    own = RiskModels(image, clinical, integrated)
    risk = estimate(head_study.image, head_study.clinical, own)
    fitted = pages(replace(head_study, risk=risk), card, models=own)
    assert all("reconstructed" not in text for text in fitted)
    assert all("published:" not in text for text in fitted)
    assert "expected" not in fitted[0]


def test_distances_are_listed_where_a_reader_measured(
    head_study: Assessment, card: ModelCard
) -> None:
    assert all("Distances measured" not in text for text in pages(head_study, card))
    first = tuple(head_study.volume.geometry.positions_mm[2])
    beside = (first[0] + 30.0, first[1], first[2])
    measured = (
        Distance("axial", first, beside),
        Distance("coronal", (0.0, -12.0, 40.0), (0.0, -12.0, 81.25)),
    )
    text = " ".join(pages(replace(head_study, distances=measured), card))
    assert "Distances measured by the reader" in text
    assert "Axial, slice 3 30.0 mm" in text
    assert "Coronal, A 12 mm 41.2 mm" in text


def test_reports_made_at_once_are_as_each_alone(head_study: Assessment, card: ModelCard) -> None:
    labels = ["Jane Doe 42", "J\u00f8rgen \u0141\u00f3\u017a 7", "\u00c5ngstr\u00f6m, \u00c7a 9"]
    reports = [Report(head_study, card, LEE_2024, MADE_AT, label) for label in labels]
    alone = [report_pdf(report) for report in reports]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(report_pdf, reports * 4)) == alone * 4


def test_every_page_says_what_it_is_not(head_study: Assessment, card: ModelCard) -> None:
    assert all(RESEARCH_USE in text for text in pages(head_study, card))


def test_no_identifier_enters_unless_asked_for(head_study: Assessment, card: ModelCard) -> None:
    pdf = report_pdf(Report(head_study, card, LEE_2024, MADE_AT))
    for word in ("DOE", "JANE", "4711"):
        assert all(word not in text for text in pages(head_study, card))
        assert word.encode() not in pdf
    labelled = pages(head_study, card, "Müller Jürgen, 山田 <b>4711</b>")
    assert all("Müller Jürgen, ?? <b>4711</b>" in text for text in labelled)


def test_nothing_is_overprinted_or_beyond_the_margins(
    head_study: Assessment, card: ModelCard
) -> None:
    edited = replace(
        head_study,
        segmentation=replace(head_study.segmentation, edited_by_reader=True),
        volume=replace(head_study.volume, series=replace(SERIES, manufacturer="HEscope simulate")),
    )
    for label in ("M\u00fcller 4711 " + "X" * 60, "W" * 5000):
        pdf = report_pdf(Report(edited, card, LEE_2024, MADE_AT, label))
        with pypdfium2.PdfDocument(pdf) as document:
            for page in document:
                boxes = letter_boxes(page)
                # Letters are drawn up to half a point beyond the width they are given.
                assert boxes[:, 0].min() >= MARGIN - 0.5
                assert boxes[:, 2].max() <= page.get_width() - MARGIN + 0.5
                assert overprinted(boxes) == 0


def letter_boxes(page: pypdfium2.PdfPage) -> np.ndarray:
    """Left, bottom, right and top of each letter on a page, pt (letters, 4)."""
    text = page.get_textpage()
    boxes = np.array([text.get_charbox(number) for number in range(text.count_chars())])
    return boxes[(boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])]


def overprinted(boxes: np.ndarray) -> int:
    """Pairs of letters of which one hides a quarter of the other; kerned letters never do."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=-1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=-1)
    hidden = shared > 0.25 * np.minimum(areas[:, None], areas[None, :])
    return int(np.triu(hidden, k=1).sum())


def test_long_label_is_cut_and_a_shorter_one_whole(head_study: Assessment, card: ModelCard) -> None:
    assert all("\u2026" in text for text in pages(head_study, card, "W" * 5000))
    whole = "X" * 60 + " 4711"
    assert all(whole in text for text in pages(head_study, card, whole))


def test_text_is_composed_and_on_one_line() -> None:
    register_fonts()
    assert shown("Mu\u0308ller\tJu\u0308rgen\r\n\u5c71") == "M\u00fcller J\u00fcrgen  ?"


def test_file_says_when_the_report_was_made(head_study: Assessment, card: ModelCard) -> None:
    with pypdfium2.PdfDocument(report_pdf(Report(head_study, card, LEE_2024, MADE_AT))) as document:
        assert document.get_metadata_dict()["CreationDate"] == "D:20261124031500"


def test_simulated_ct_is_called_so_on_every_page(
    head_study: Assessment, card: ModelCard, tmp_path: Path
) -> None:
    hu = head_hu((4, 32, 32))
    geometry = axial_geometry(hu.shape)
    write_ct_series(hu, geometry, tmp_path, identity=SeriesIdentity(seed=1))
    (series,) = find_series(tmp_path)
    simulated = replace(head_study, volume=replace(head_study.volume, series=series))
    texts = pages(simulated, card)
    assert all("Simulated CT" in text for text in texts)
    assert "it was computed by HEscope and shows no patient" in texts[0]
    assert all("Simulated" not in text for text in pages(head_study, card))


def test_same_report_is_the_same_file(head_study: Assessment, card: ModelCard) -> None:
    report = Report(head_study, card, LEE_2024, MADE_AT)
    assert report_pdf(report) == report_pdf(report)


def test_edit_by_a_reader_is_said_on_every_page(head_study: Assessment, card: ModelCard) -> None:
    edited = replace(head_study.segmentation, edited_by_reader=True)
    texts = pages(replace(head_study, segmentation=edited), card)
    assert all("Segmentation edited by reader" in text for text in texts)
    assert "edited by reader" not in pages(head_study, card)[0]


def test_without_hematoma_reasons_stand_where_probabilities_would(
    head_study: Assessment, card: ModelCard
) -> None:
    empty = replace(
        head_study,
        segmentation=replace(
            head_study.segmentation, mask=np.zeros_like(head_study.segmentation.mask)
        ),
        ndl=None,
        l5_hu=None,
        volume_ml=0.0,
        risk=estimate(ImageFindings(), ClinicalFindings(), LEE_2024),
        clinical=ClinicalFindings(),
    )
    first, second, *_ = pages(empty, card)
    assert first.count("not given") == 6  # four probabilities, nDL and L5
    assert "needed by the image model: Image score (nDL)" in first
    assert "No model could be given." in second
    assert "No hematoma found" in first
    assert "0.0 mL" not in first
    assert "outline of the hematoma" not in first


def test_more_findings_than_fit_are_all_on_the_next_page(
    head_study: Assessment, card: ModelCard
) -> None:
    findings = tuple(
        QualityFinding(f"code-{n}", Severity.WARNING, f"Finding number {n}.", "Look. " * 30)
        for n in range(40)
    )
    standing = "Intervals: they hold the uncertainty of the coefficients alone"
    assert standing in pages(head_study, card)[0]
    first, *rest = pages(replace(head_study, findings=findings), card)
    assert "More notes on the next page: " in first
    assert all(f"Finding number {n}." in " ".join(rest) for n in range(40))
    assert standing not in first
    assert standing in " ".join(rest)


@pytest.mark.parametrize("count", [1, 2, 300])
def test_stack_of_any_size_has_a_line_a_slice(card: ModelCard, count: int) -> None:
    hu = np.repeat(head_hu()[16:17], count, axis=0)
    made = make_assessment(hu == 65, pixel_mm=3.5)
    made = replace(made, volume=replace(made.volume, hu=hu))
    text = " ".join(pages(made, card)[1:])
    assert all(f" {found.index + 1} {found.z_mm:.1f} 0.750" in text for found in made.slices)


def test_key_slices_are_the_largest_and_the_highest_score(head_study: Assessment) -> None:
    areas = [found.area_mm2 for found in head_study.slices]
    largest = int(np.argmax(areas))
    scored = next(i for i, area in enumerate(areas) if area)
    slices = tuple(
        replace(found, dl_score=0.9) if found.index == scored else found
        for found in head_study.slices
    )
    chosen = key_slices(slices)
    assert len(chosen) == 3
    assert {largest, scored} <= set(chosen)
    assert list(chosen) == sorted(chosen)


def test_outline_is_drawn_on_the_key_slice(head_study: Assessment) -> None:
    index = key_slices(head_study.slices)[-1]
    picture = outlined_picture(head_study, index, head_box(head_study.volume.hu))
    pixels = np.array(picture).reshape(-1, 3)
    for color in (OUTLINE, CASING):
        assert (pixels == ImageColor.getrgb(color)).all(axis=1).sum() > 100


def test_pages_are_rendered(head_study: Assessment, card: ModelCard, tmp_path: Path) -> None:
    pdf = report_pdf(Report(head_study, card, LEE_2024, MADE_AT))
    folder = Path(os.environ.get("HESCOPE_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, start=1):
            picture = page.render(scale=1.5).to_pil()
            picture.save(folder / f"report-page-{number}.png")
            ink = np.array(picture.convert("L")) < 128
            assert 0.01 < ink.mean() < 0.5
