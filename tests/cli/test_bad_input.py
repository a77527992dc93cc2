import json
from pathlib import Path

import pytest

from core.cli import main, whatif
from core.cli.export import read_words
from core.errors import UsageError
from core.models.folder import RISK
from tests.cli.conftest import Call
from tests.dicom.make import axial_geometry, head_hu, write_ct_series


def refused(call: Call, study: Path, out: Path, *options: str | Path) -> tuple[int, str, str]:
    """Exit code, message and remedy of an assessment that leaves nothing behind."""
    before = set(out.parent.iterdir())
    code, printed, complaints = call("assess", study, *options, "--out", out)
    assert printed == ""
    assert set(out.parent.iterdir()) == before
    error, remedy = complaints.splitlines()
    return code, error.removeprefix("error: "), remedy.removeprefix("do this: ")


def clinical_file(folder: Path, content: str) -> Path:
    path = folder / "clinical.json"
    path.write_text(content)
    return path


def test_empty_folder_is_an_unusable_study(
    call: Call, untrained_model: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    study.mkdir()
    code, error, remedy = refused(call, study, tmp_path / "out", "--model", untrained_model)
    assert code == 3
    assert error == "Found no DICOM or NIfTI image, expected a head CT."
    assert remedy.startswith("Choose the folder of the baseline")


def test_folder_of_text_files_is_an_unusable_study(
    call: Call, untrained_model: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    study.mkdir()
    for name in ("letter.txt", "IM0001.dcm"):
        (study / name).write_text("not an image " * 100)
    code, error, _ = refused(call, study, tmp_path / "out", "--model", untrained_model)
    assert (code, error) == (3, "Found no DICOM or NIfTI image, expected a head CT.")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            {"Modality": "MR", "SeriesDescription": "Brain T1"},
            "Found 1 MR series (Brain T1): not CT, expected a head CT.",
        ),
        (
            {"BodyPartExamined": "CHEST", "SeriesDescription": "Thorax"},
            "Found 1 CT series (Thorax): shows another part of the body, expected a head CT.",
        ),
    ],
    ids=["brain MR", "chest CT"],
)
def test_other_study_is_refused_by_what_it_is(
    call: Call, untrained_model: Path, tmp_path: Path, header: dict[str, str], found: str
) -> None:
    hu = head_hu()
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path / "study", header)
    code, error, remedy = refused(
        call, tmp_path / "study", tmp_path / "out", "--model", untrained_model
    )
    assert (code, error) == (3, found)
    assert remedy.startswith("Choose the folder of the baseline")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('{"gcs": 17}', "Glasgow Coma Scale (gcs) is 17; 3 to 15 is possible."),
        ('{"fibrinogen_mg_dl": 3.2}', "g/L suspected: 3.2 g/L would be 320 mg/dL."),
        ('{"age": 65}', 'did you mean "age_years"?'),
        ('{"gcs": 10', "clinical.json is not JSON text of one object"),
        ("[65, 10]", "clinical.json is not JSON text of one object"),
        ("[" * 100_000, "clinical.json is not JSON text of one object"),
        ('{"gcs": ' + "9" * 400 + "}", "Glasgow Coma Scale (gcs) is inf; a finite number"),
        ('{"gcs": 10, "gcs": 4}', "gcs is given 2 times, expected once."),
        ('{"gcs": "1_0"}', "Glasgow Coma Scale (gcs) is text; a number"),
    ],
    ids=[
        *("GCS 17", "fibrinogen in g/L", "unknown name", "malformed JSON", "no object"),
        *("nested", "400 digits", "twice", "underscore"),
    ],
)
def test_clinical_data_that_cannot_be_right_is_refused(
    call: Call, head: Path, tmp_path: Path, content: str, found: str
) -> None:
    clinical = clinical_file(tmp_path, content)
    code, error, remedy = refused(call, head, tmp_path / "out", "--clinical", clinical)
    assert code == 4
    assert found in error
    assert remedy


def test_clinical_file_of_a_windows_editor_is_read(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path
) -> None:
    clinical = tmp_path / "clinical.json"
    clinical.write_text('{"gcs": 10}', encoding="utf-8-sig")
    out = tmp_path / "out"
    options = ("--clinical", clinical, "--model", untrained_model, "--out", out)
    assert call("assess", head, *options)[0] == 0
    assert json.loads((out / "assessment.json").read_text())["clinical"]["gcs"] == 10


def test_absent_clinical_file_is_a_usage_error(call: Call, head: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent.json"
    code, error, remedy = refused(call, head, tmp_path / "out", "--clinical", absent)
    assert code == 2
    assert error.startswith("The clinical file absent.json cannot be read")
    assert remedy == "Check its path and that you may read it."


def test_results_of_another_study_are_not_replaced(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path
) -> None:
    hu = head_hu()
    hu[3, 20:24, 20:24] += 1
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path / "other")
    out = tmp_path / "out"
    assert call("assess", head, "--model", untrained_model, "--out", out)[0] == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    code, _, complaints = call(
        "assess", tmp_path / "other", "--model", untrained_model, "--out", out
    )
    assert code == 2
    assert "Results of another study found in out" in complaints
    assert before == {path.name: path.read_bytes() for path in out.iterdir()}
    assert call("assess", head, "--model", untrained_model, "--out", out)[0] == 0  # anew


@pytest.mark.parametrize("content", ["[" * 100_000, "{}", "", "7"])
def test_unreadable_assessment_in_the_folder_is_not_replaced(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path, content: str
) -> None:
    (tmp_path / "assessment.json").write_text(content)
    code, _, complaints = call("assess", head, "--model", untrained_model, "--out", tmp_path)
    assert (code, "cannot be read" in complaints) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["assessment.json"]


def test_words_of_a_card_that_are_nested_too_deeply_are_refused(tmp_path: Path) -> None:
    (tmp_path / "about.json").write_text("[" * 100_000)
    with pytest.raises(UsageError, match="about.json cannot be read as JSON"):
        read_words(tmp_path / "about.json")


def test_empty_path_is_refused(call: Call, head: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call("assess", head, "--out", "")
    assert ended.value.code == 2
    assert "nothing found, the path of a file or folder expected" in capsys.readouterr().err


def test_altered_model_is_refused(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for file in untrained_model.iterdir():
        content = file.read_bytes() + (b" " if file.name == RISK else b"")
        (model / file.name).write_bytes(content)
    code, error, _ = refused(call, head, tmp_path / "out", "--model", model)
    assert code == 5
    assert "risk.json of model model is altered" in error


def test_call_without_an_output_folder_is_a_usage_error(head: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["assess", str(head)])
    assert ended.value.code == 2


def test_output_folder_that_is_a_file_is_a_usage_error(
    call: Call, head: Path, untrained_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    code, error, _ = refused(call, head, out, "--model", untrained_model)
    assert code == 2
    assert error.startswith("The folder out cannot be written to")
    assert out.read_text() == "mine"


def test_failure_that_nobody_foresaw_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(whatif, "run", fail)
    with pytest.raises(ZeroDivisionError):
        main(["whatif"])
