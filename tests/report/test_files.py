import errno
import gzip
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain import Assessment
from core.errors import UsageError
from core.models.card import ModelCard
from core.report.files import write_assessment
from core.report.pdf import Report
from core.risk.published import LEE_2024
from tests.report.make import MADE_AT

NAMES = {"assessment.json", "hematoma.nii.gz", "slices.csv", "report.pdf"}


def write(head_study: Assessment, folder: Path, card: ModelCard) -> tuple[Path, ...]:
    return write_assessment(Report(head_study, card, LEE_2024, MADE_AT), folder)


def test_all_files_are_written_and_nothing_else_stays(
    head_study: Assessment, card: ModelCard, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "out"
    written = write(head_study, folder, card)
    assert {path.name for path in written} == NAMES
    assert set(folder.iterdir()) == set(written)
    assert list((tmp_path / "new").iterdir()) == [folder]


def test_files_of_an_earlier_assessment_are_replaced_and_others_left(
    head_study: Assessment, card: ModelCard, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    write(head_study, tmp_path, card)
    first = (tmp_path / "assessment.json").read_text()
    write(replace(head_study, abc2_ml=7.0), tmp_path, card)
    assert (tmp_path / "assessment.json").read_text() != first
    assert {path.name for path in tmp_path.iterdir()} == NAMES | {"notes.txt"}


def test_dicom_objects_of_an_earlier_assessment_do_not_stay(
    scanned: Assessment, card: ModelCard, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    written = {path.name for path in write(scanned, out, card)}
    assert written == NAMES | {"hematoma_seg.dcm", "measurements_sr.dcm"}
    write(replace(scanned, volume=replace(scanned.volume, images=None)), out, card)
    assert {path.name for path in out.iterdir()} == NAMES


def test_no_file_says_whose_study_it_is(
    head_study: Assessment, card: ModelCard, tmp_path: Path
) -> None:
    for path in write(head_study, tmp_path, card):
        content = path.read_bytes()
        plain = gzip.decompress(content) if path.suffix == ".gz" else content
        for identifier in (b"DOE", b"JANE", b"4711", str(tmp_path).encode()):
            assert identifier not in plain


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_report_that_names_the_patient_is_for_its_user_alone(
    head_study: Assessment, card: ModelCard, tmp_path: Path
) -> None:
    for label in ("DOE, JANE (4711)", None):
        write_assessment(Report(head_study, card, LEE_2024, MADE_AT, label), tmp_path)
        others = {path.name for path in tmp_path.iterdir() if path.stat().st_mode & 0o044}
        assert others == (NAMES - {"report.pdf"} if label else NAMES)


def test_full_disk_leaves_nothing_behind(
    head_study: Assessment, card: ModelCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes = Path.write_bytes

    def fill_up(path: Path, content: bytes) -> int:
        if path.name == "assessment.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", fill_up)
    with pytest.raises(UsageError, match="out cannot be written to: No space left"):
        write(head_study, tmp_path / "out", card)
    assert list((tmp_path / "out").iterdir()) == []


def test_folder_that_is_a_file_is_refused_and_left_as_it_is(
    head_study: Assessment, card: ModelCard, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UsageError, match="out cannot be written to"):
        write(head_study, tmp_path / "out", card)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_only_the_folder_itself_need_be_written_to(
    head_study: Assessment, card: ModelCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "mounted"
    out.mkdir()
    made: list[Path] = []
    mkdtemp = tempfile.mkdtemp

    def record(suffix: str | None, prefix: str | None, folder: str) -> str:
        made.append(Path(folder))
        return mkdtemp(suffix, prefix, folder)

    monkeypatch.setattr(tempfile, "mkdtemp", record)
    write(head_study, out, card)
    assert made == [out.resolve()]
