"""Whatever is found in a study stands at each output: page, PDF, JSON, SR, the batch's line."""

import io
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
from pydicom import Dataset, dcmread
from streamlit.testing.v1 import AppTest

from core.batch import study as batch_study
from core.batch.line import BatchLine
from core.batch.work import BatchWork, StudyTask
from core.cohort.read import read_cohort_table
from core.dicom import refuse_if_unusable
from core.dicom.findings import Finding
from core.domain import Assessment, QualityFinding, Severity
from core.errors import StudyUnusableError
from core.models.card import ModelCard
from core.models.folder import Model
from core.report.assessment_json import assessment_json
from core.report.dicom_objects import SR, dicom_objects
from core.report.pdf import Report, report_pdf
from core.risk.published import LEE_2024
from tests.cohort.make import write_table

# Told, and the numbers are given (or the reason why not).
TOLD = [
    Finding.UNDER_AGE.told(least=19),
    Finding.CONTRAST_AGENT.told(),
    Finding.UNLIKE_TRAINING.told(times=2.0),
    Finding.LITTLE_BRAIN.told(height_mm=25.0),
    Finding.UNUSUAL_BRAIN_HU.told(tissue_hu=45.0, low_hu=17, high_hu=42),
    Finding.HEAD_TURNED.told(how="The head is longest across the image"),
    Finding.BLOOD_OUTSIDE_BRAIN.told(share=0.8, places="in the ventricles"),
    Finding.BLOOD_PARTLY_OUTSIDE_BRAIN.told(outside_ml=2.0, places="in the ventricles"),
    Finding.SLICES_LEFT_OUT.told(used=29, count=30, reasons="1 that cannot be read as an image"),
    Finding.SEVERAL_STUDIES.told(count=2, taken="one", others="the other"),
]
# Refused: there are no numbers, and every way in says why.
REFUSED = [
    Finding.UNDER_AGE_REFUSED.told(least=19),
    Finding.CONTRAST_AGENT_REFUSED.told(dense_ml=4.0, height_mm=60.0, limit_hu=120),
    Finding.WINDOW_LIMITED_REFUSED.told(lowest_hu=0, highest_hu=255, tissue_hu=96.0),
    Finding.SEVERAL_PATIENTS.told(count=2, inventory="one, another"),
    Finding.NO_BRAIN.told(height_mm=0.0, least_mm=15.0),
    Finding.BRAIN_HU_REFUSED.told(tissue_hu=70.0, low_hu=17, high_hu=42),
    Finding.UNLIKE_TRAINING_REFUSED.told(times=4.0, most=2.5),
]


def named(finding: QualityFinding) -> str:
    return f"{finding.code}-{finding.severity}"


def words(text: str) -> str:
    """Text without the spaces and lines that each output sets in its own way."""
    return "".join(text.replace("**", "").replace("\\", "").split())


def evaluations(node: Dataset) -> set[str]:
    found = set()
    for item in node.get("ContentSequence", ()):
        if item.ValueType == "CODE":
            code = item.ConceptCodeSequence[0]
            found.add(code.get("CodeValue") or code.LongCodeValue)
        found |= evaluations(item)
    return found


def page_text(finding: QualityFinding) -> str:
    def page(finding):  # of which AppTest takes the source alone
        from app.widgets.common.notices import show_error, show_findings  # noqa: PLC0415
        from core.domain import Severity  # noqa: PLC0415
        from core.errors import StudyUnusableError  # noqa: PLC0415

        if finding.severity is Severity.REFUSAL:
            show_error(StudyUnusableError(finding.message, finding.remedy))
        else:
            show_findings([finding])

    app = AppTest.from_function(page, args=(finding,)).run()
    shown = [*(error.value for error in app.error), *(html.proto.body for html in app.get("html"))]
    return words(" ".join(shown))


def batch_line(
    finding: QualityFinding,
    assessment: Assessment,
    card: ModelCard,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> BatchLine:
    def assess(*_: object, **__: object) -> Assessment:
        refuse_if_unusable([finding])
        return replace(assessment, findings=(finding,))

    monkeypatch.setattr(batch_study, "assess", assess)
    (folder / "P1").mkdir(parents=True)
    table = read_cohort_table(write_table(folder, "patient,age_years", "P1,65"))
    model = Model(assessment.model, card, None, LEE_2024)  # type: ignore[arg-type]
    assessor = batch_study.StudyAssessor(model, BatchWork(folder, folder / "results"))
    return assessor.line(StudyTask(table.rows[0], folder / "P1"))


@pytest.mark.parametrize("finding", TOLD, ids=named)
def test_what_is_told_stands_at_each_output(
    finding: QualityFinding,
    scanned: Assessment,
    card: ModelCard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = Report(
        replace(scanned, findings=(finding,)), card, LEE_2024, datetime(2026, 11, 29), None
    )
    assert words(finding.message) in page_text(finding)
    with pypdfium2.PdfDocument(report_pdf(report)) as document:
        pdf = " ".join(page.get_textpage().get_text_bounded() for page in document)
    assert words(finding.message) in words(pdf)
    document = json.loads(assessment_json(report.assessment, card=card, risk_models=LEE_2024))
    told = {found["code"]: found["message"] for found in document["findings"]}
    assert told[finding.code] == finding.message
    assert finding.severity is Severity.WARNING
    sr = dcmread(io.BytesIO(dicom_objects(report)[SR]))
    assert finding.code in evaluations(sr)
    line = batch_line(finding, scanned, card, tmp_path / "batch", monkeypatch)
    assert finding.code in line.findings.split()


@pytest.mark.parametrize("finding", REFUSED, ids=named)
def test_what_is_refused_is_said_on_the_page_and_in_the_batch(
    finding: QualityFinding,
    scanned: Assessment,
    card: ModelCard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert words(finding.message) in page_text(finding)
    assert words(finding.remedy) in page_text(finding)
    with pytest.raises(StudyUnusableError) as raised:  # what the command line prints
        refuse_if_unusable([finding])
    assert (raised.value.message, raised.value.remedy) == (finding.message, finding.remedy)
    line = batch_line(finding, scanned, card, tmp_path / "batch", monkeypatch)
    assert not line.assessed
    assert line.reason == finding.message
    assert line.p_image is line.volume_ml is None
