"""The report as its reader gets it: rendered, and read back as text."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from core.domain import (
    Assessment,
    ClinicalFindings,
    QualityFinding,
    Severity,
)
from core.models.card import ModelCard
from core.report.pdf import Report, report_pdf
from core.report.pdf.pictures import OUTLINE, key_slices, outlined_picture
from core.report.wording import percent
from core.risk.estimate import estimate
from core.risk.published import LEE_2024
from tests.dicom.make import head_hu
from tests.report.make import MADE_AT, make_assessment

RESEARCH_USE = "Research use only. Not a medical device."


def pages(head_study: Assessment, card: ModelCard, label: str | None = None) -> list[str]:
    """Text of each page, spaces alike."""
    pdf = report_pdf(Report(head_study, card, LEE_2024, MADE_AT, label))
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


def test_contributions_add_up_to_the_probability(head_study: Assessment, card: ModelCard) -> None:
    first = pages(head_study, card)[0]
    integrated = head_study.risk.integrated
    assert integrated.intercept is not None
    total = integrated.intercept + sum(c.log_odds for c in integrated.contributions)
    assert f"Log-odds of this patient {total:+.2f} risk" in first


def test_every_page_says_what_it_is_not(head_study: Assessment, card: ModelCard) -> None:
    assert all(RESEARCH_USE in text for text in pages(head_study, card))


def test_no_identifier_enters_unless_asked_for(head_study: Assessment, card: ModelCard) -> None:
    pdf = report_pdf(Report(head_study, card, LEE_2024, MADE_AT))
    for word in ("DOE", "JANE", "4711"):
        assert all(word not in text for text in pages(head_study, card))
        assert word.encode() not in pdf
    labelled = pages(head_study, card, "Müller Jürgen, 山田 <b>4711</b>")
    assert all("Müller Jürgen, ?? <b>4711</b>" in text for text in labelled)


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
        volume_ml=0.0,
        risk=estimate(None, ClinicalFindings(), LEE_2024),
        clinical=ClinicalFindings(),
    )
    first = pages(empty, card)[0]
    assert first.count("not given") == 4  # three probabilities and nDL
    assert "needed by the image model: nDL score" in first
    assert "No model could be given." in first


def test_more_findings_than_fit_are_all_on_the_next_page(
    head_study: Assessment, card: ModelCard
) -> None:
    findings = tuple(
        QualityFinding(f"code-{n}", Severity.WARNING, f"Finding number {n}.", "Look. " * 30)
        for n in range(40)
    )
    first, *rest = pages(replace(head_study, findings=findings), card)
    assert "more notes on the next page" in first
    assert all(f"Finding number {n}." in " ".join(rest) for n in range(40))


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
    pixels = np.array(outlined_picture(head_study, index)).reshape(-1, 3)
    assert (pixels == OUTLINE).all(axis=1).sum() > 100


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
