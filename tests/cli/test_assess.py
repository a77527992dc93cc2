import json
from pathlib import Path

import pypdfium2
from jsonschema import Draft202012Validator
from pydicom import dcmread

from core.assets import ASSETS
from core.report.digits import percent
from tests.cli.conftest import Call
from tests.dicom.make import axial_geometry, head_hu, write_ct_series
from tests.models.make import DISTILLED

PATIENT = {"age_years": 65, "gcs": 10, "fibrinogen_mg_dl": 325}


def test_assessment_is_written_and_summed_up(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    clinical = tmp_path / "clinical.json"
    clinical.write_text(json.dumps(PATIENT))
    code, printed, complaints = call(
        "assess", head, "--clinical", clinical, "--model", untrained_model, "--out", out
    )
    assert (code, complaints) == (0, "")
    assert {path.name for path in out.iterdir()} == {
        "assessment.json",
        "hematoma.nii.gz",
        "report.pdf",
        "slices.csv",
    }
    written = json.loads((out / "assessment.json").read_text())
    schema = json.loads((ASSETS / "assessment.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(written)
    assert len(written["slices"]) == 24
    lines = printed.splitlines()
    assert lines[0].startswith(f"Hematoma {written['volume_ml']:.1f} mL")
    integrated = written["probabilities"]["integrated"]
    assert (
        f"  integrated  {percent(integrated['p'])}".replace("\N{NARROW NO-BREAK SPACE}", " ")
        in printed
    )
    assert integrated["source"] in printed
    assert f"Image score: {DISTILLED}" in lines
    assert lines[-1].startswith("Research use only")


def test_unknown_clinical_findings_leave_the_image_model(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path
) -> None:
    code, printed, _ = call("assess", head, "--model", untrained_model, "--out", tmp_path)
    assert code == 0
    assert "clinical    not given: Not known, but needed" in printed
    assert "image       not given" not in printed


def test_series_named_by_uid_is_taken(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path
) -> None:
    named = ("--series", "1.2.3", "--model", untrained_model, "--out", tmp_path / "out")
    code, _, _ = call("assess", head, *named)
    assert code == 0


def test_real_scanner_series_is_assessed_without_identifiers(
    call: Call, shared_data: Path, untrained_model: Path, tmp_path: Path
) -> None:
    study = shared_data / "dicom_ge_head"
    code, printed, _ = call("assess", study, "--model", untrained_model, "--out", tmp_path)
    assert code == 0
    assert "Info: NIfTI knows one distance for all slices" in printed
    text = (tmp_path / "assessment.json").read_text()
    codes = {finding["code"] for finding in json.loads(text)["findings"]}
    assert {"gantry-tilt", "uneven-steps", "nifti-even-grid"} <= codes
    header = dcmread(study / "01.dcm", stop_before_pixels=True)
    for keyword in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        assert str(header[keyword].value) not in text


def test_child_is_refused_unless_the_caller_insists_and_then_every_output_says_so(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path
) -> None:
    child = tmp_path / "clinical.json"
    child.write_text('{"age_years": 18}')
    out = tmp_path / "out"
    arguments = ("assess", head, "--clinical", child, "--model", untrained_model, "--out", out)
    code, _, complaints = call(*arguments)
    assert code == 3
    assert "younger than 19 years" in complaints
    assert not out.exists()
    code, printed, _ = call(*arguments, "--child")
    assert code == 0
    assert "Warning: The patient is younger than 19 years" in printed
    written = json.loads((out / "assessment.json").read_text())
    assert "under-age" in {finding["code"] for finding in written["findings"]}
    with pypdfium2.PdfDocument(out / "report.pdf") as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "younger than 19 years" in " ".join(text.split())


def test_patient_among_two_is_named_by_number(
    call: Call, untrained_model: Path, tmp_path: Path
) -> None:
    hu = head_hu()
    for name in ("ONE", "TWO"):
        header = {"PatientID": name, "SeriesDescription": f"Head {name}"}
        write_ct_series(hu, axial_geometry(hu.shape), tmp_path / "both" / name, header)
    out = tmp_path / "out"
    arguments = ("assess", tmp_path / "both", "--model", untrained_model, "--out", out)
    code, _, complaints = call(*arguments)
    assert code == 3
    assert "images of 2 patients" in complaints
    code, listed, _ = call("series", tmp_path / "both")
    assert code == 3
    assert [line for line in listed.splitlines() if line.startswith("Patient")] == [
        "Patient 1:",
        "Patient 2:",
    ]
    assert call(*arguments, "--patient", "2")[0] == 0
    assert (out / "assessment.json").is_file()
