import io
from pathlib import Path

import pytest

import app.opening
from app.opening import open_study
from core.assets import EXAMPLES
from core.domain import Assessment, ClinicalFindings
from core.errors import ClinicalDataError, StudyUnusableError
from core.models.folder import Model
from core.progress import silent


@pytest.fixture
def assessed(monkeypatch: pytest.MonkeyPatch, assessment: Assessment) -> list[list[Path]]:
    """Collects, per call of ``assess``, its source and the files under it."""
    calls: list[list[Path]] = []

    def assess(source: Path, *_: object, **__: object) -> Assessment:
        files = sorted(path for path in source.rglob("*") if path.is_file())
        calls.append([source, *files])
        return assessment

    monkeypatch.setattr(app.opening, "assess", assess)
    return calls


def uploaded(name: str, content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def test_uploaded_names_are_not_kept_and_files_are_deleted(
    assessed: list[list[Path]], model: Model
) -> None:
    files = [uploaded("DOE^JOHN/IM1", b"a"), uploaded("DOE^JOHN/IM2", b"b")]
    open_study(files, model, silent)
    folder, *paths = assessed[0]
    assert [path.name for path in paths] == ["00000", "00001"]
    assert not folder.exists()


def test_uploaded_files_are_deleted_when_the_study_is_refused(
    monkeypatch: pytest.MonkeyPatch, model: Model
) -> None:
    seen: list[Path] = []

    def refuse(source: Path, *_: object, **__: object) -> Assessment:
        seen.append(source)
        raise StudyUnusableError("Found nothing.", "Choose another.")

    monkeypatch.setattr(app.opening, "assess", refuse)
    with pytest.raises(StudyUnusableError):
        open_study([uploaded("a", b"1"), uploaded("b", b"2")], model, silent)
    assert not seen[0].exists()


def test_single_upload_is_handed_over_as_a_file_of_its_kind(
    assessed: list[list[Path]], model: Model
) -> None:
    open_study([uploaded("Doe.NII.GZ", b"a")], model, silent)
    assert assessed[0][0].name == "00000.nii.gz"


def test_upload_can_be_handed_over_again(assessed: list[list[Path]], model: Model) -> None:
    file = uploaded("a", b"content")
    open_study([file], model, silent)
    assert file.read() == b"content"


def test_example_folder_gives_images_and_findings(assessed: list[list[Path]], model: Model) -> None:
    (example, *_) = (folder for folder in EXAMPLES.iterdir() if folder.is_dir())
    opened = open_study(example, model, silent)
    assert assessed[0][0] == example / "dicom"
    assert opened.example is not None
    assert opened.example.folder == example
    assert opened.clinical.gcs is not None


def test_header_fills_what_the_findings_leave_open(
    assessed: list[list[Path]], model: Model, tmp_path: Path
) -> None:
    (tmp_path / "clinical.json").write_text('{"gcs": 9, "sex": "male"}')
    opened = open_study(tmp_path, model, silent)
    assert opened.clinical == ClinicalFindings(age_years=65.0, gcs=9, sex="male")
    assert opened.example is None


@pytest.mark.parametrize("content", ["[]", "{", '{"gcs": 17}'])
def test_invalid_findings_are_refused_before_anything_is_assessed(
    assessed: list[list[Path]], model: Model, tmp_path: Path, content: str
) -> None:
    (tmp_path / "clinical.json").write_text(content)
    with pytest.raises(ClinicalDataError):
        open_study(tmp_path, model, silent)
    assert assessed == []
