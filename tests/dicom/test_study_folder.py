import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.dicom import find_series, source, study_folder
from core.errors import StudyUnusableError


def refused(path: Path) -> str:
    with pytest.raises(StudyUnusableError) as refusal, study_folder(path):
        pass
    return refusal.value.message


def test_folder_is_used_where_it_lies(tmp_path: Path) -> None:
    with study_folder(tmp_path) as folder:
        assert folder == tmp_path


def test_single_file_is_used_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "head.nii.gz"
    path.touch()
    with study_folder(path) as folder:
        assert folder == path


def test_archive_is_unpacked_and_deleted(
    write_head: Callable[..., list[Path]], tmp_path: Path
) -> None:
    archive_path = tmp_path / "study.zip"
    with zipfile.ZipFile(archive_path, "w") as archive:
        for path in write_head():
            archive.write(path, f"CD/{path.name}")

    with study_folder(archive_path) as folder:
        (series,) = find_series(folder)
        assert series.n_slices == 24

    assert not folder.exists()


def test_missing_path_is_refused(tmp_path: Path) -> None:
    message = refused(tmp_path / "nowhere")
    assert "Found nothing at 'nowhere'" in message
    assert str(tmp_path) not in message


@pytest.mark.parametrize("member", ["../outside.dcm", "a/../../outside.dcm", "/etc/outside.dcm"])
def test_path_out_of_the_archive_is_refused(member: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "slip.zip", "w") as archive:
        archive.writestr(member, b"x")

    assert "leads outside" in refused(tmp_path / "slip.zip")


def test_too_large_an_archive_is_refused_before_unpacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MAX_UNPACKED_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.dcm", bytes(1001))

    assert "expected at most" in refused(tmp_path / "bomb.zip")


def test_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.dcm", b"x" * 1000)
    content = bytearray(path.read_bytes())
    content[500] ^= 0xFF  # inside the stored data: the check sum fails
    path.write_bytes(content)

    assert "damaged" in refused(path)


def test_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.dcm", b"x")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # general purpose flag, central directory
    path.write_bytes(content)

    assert "encrypted" in refused(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_archive_damaged_inside_a_compressed_file_is_refused(tmp_path: Path, method: int) -> None:
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.dcm", bytes(range(256)) * 40)
    content = bytearray(path.read_bytes())
    content[60:120] = bytes(60)
    path.write_bytes(content)

    assert "damaged" in refused(path)


def test_archive_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "half.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.dcm", b"x" * 1000)
    path.write_bytes(path.read_bytes()[:500])

    assert "half.zip is damaged" in refused(path)


def test_archive_that_the_disk_cannot_take_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a" * 300, b"x")  # file systems take names of 255 bytes

    message = refused(path)
    assert "cannot be unpacked" in message
    assert "aaa" not in message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX's")
@pytest.mark.timeout(10)
def test_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with study_folder(tmp_path / "pipe") as source:
        assert source == tmp_path / "pipe"


def unpacked(archive_path: Path) -> set[str]:
    with study_folder(archive_path) as folder:
        return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def unpacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        pytest.fail("unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "extractall", fail)


@pytest.mark.usefixtures("unpacks_nothing")
@pytest.mark.parametrize("start", [b"", bytes(128) + b"DICM"])
@pytest.mark.parametrize("count", [1, 80])
def test_archive_of_zeros_is_refused_before_unpacking(
    start: bytes, count: int, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "zeros.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(f"{number}.dcm", start + bytes(80 * 1024**2 // count))

    assert "times its size" in refused(tmp_path / "zeros.zip")


@pytest.mark.usefixtures("unpacks_nothing")
def test_archive_whose_files_overlap_is_refused_before_unpacking(tmp_path: Path) -> None:
    # 100 entries of the directory name the same MB of noise, which no ratio of one file shows.
    path = tmp_path / "overlap.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("noise.dcm", os.urandom(1024**2))
        archive.filelist *= 110

    assert "times its size" in refused(path)


def test_study_with_empty_slices_and_a_mask_is_unpacked(
    write_head: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "ALWAYS_UNPACKED_BYTES", 100_000)
    with zipfile.ZipFile(tmp_path / "study.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in write_head():
            archive.write(path, path.name)
        archive.writestr("noise.dcm", bytes(128) + b"DICM" + os.urandom(50_000))
        archive.writestr("mask.nii", (348).to_bytes(4, "little") + bytes(1_000_000))

    assert len(unpacked(tmp_path / "study.zip")) == 26


def test_large_file_that_is_no_image_stays_packed(
    write_head: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "ALWAYS_UNPACKED_BYTES", 100_000)
    with zipfile.ZipFile(tmp_path / "cd.zip", "w") as archive:
        for path in write_head():
            archive.write(path, path.name)
        archive.writestr("viewer.exe", b"MZ" + os.urandom(100_000))
        archive.writestr("readme.txt", b"small")

    names = unpacked(tmp_path / "cd.zip")
    assert "viewer.exe" not in names
    assert len(names) == 25
