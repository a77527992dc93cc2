"""What the folder holds and is not used is said, with the reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.dicom import choose_head_ct, find_series, left_out_findings
from core.domain import QualityFinding, Severity
from tests.dicom.make import replace_value

WriteHead = Callable[..., list[Path]]
UID = "1.2.3"


def told(folder: Path) -> tuple[QualityFinding, ...]:
    found = find_series(folder)
    return left_out_findings(folder, found, choose_head_ct(found))


def test_folder_that_is_used_whole_is_no_finding(write_head: WriteHead, tmp_path: Path) -> None:
    write_head()
    assert told(tmp_path) == ()


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:300])


def of_another_series(path: Path) -> None:
    replace_value(path, "SeriesInstanceUID", b"1.2.4\0")


def turned(path: Path) -> None:
    replace_value(path, "ImageOrientationPatient", b"0\\1\\0\\1\\0\\0 ")


def without_position(path: Path) -> None:
    replace_value(path, "ImagePositionPatient", b"")


def of_another_kind(path: Path) -> None:
    replace_value(path, "ImageType", b"DERIVED\\SECONDARY\\MPR ")


def of_another_class(path: Path) -> None:
    replace_value(path, "SOPClassUID", b"1.2.840.10008.5.1.4.1.1.7\0")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (cut_short, "1 that cannot be read as an image"),
        (of_another_series, "1 of a series of 1 slice(s) only"),
        (turned, "1 of the same series with another orientation"),
        (without_position, "1 of the same series that do not say where they lie"),
        (of_another_kind, "1 of the same series with another orientation"),
        (of_another_class, "1 of the same series with another orientation"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
@pytest.mark.parametrize("place", [0, 23], ids=["first", "last"])
def test_lost_end_slice_is_a_warning(
    write_head: WriteHead, tmp_path: Path, damage: Callable[[Path], None], reason: str, place: int
) -> None:
    damage(write_head(header={"SeriesInstanceUID": UID})[place])
    (finding,) = told(tmp_path)
    assert (finding.code, finding.severity) == ("slices-left-out", Severity.WARNING)
    assert "23 of 24 files are used" in finding.message
    assert reason in finding.message


def test_file_without_ending_among_such_slices_is_a_warning(
    write_head: WriteHead, tmp_path: Path
) -> None:
    paths = [path.rename(path.with_suffix("")) for path in write_head()]
    paths[0].write_bytes(b"damaged")
    assert [finding.code for finding in told(tmp_path)] == ["slices-left-out"]


def test_other_series_and_files_of_a_viewer_are_merely_told(
    write_head: WriteHead, tmp_path: Path
) -> None:
    write_head("head")
    write_head("bone", {"ConvolutionKernel": "H70h"})
    write_head("scout", {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, slices=[0])
    (tmp_path / "DICOMDIR").write_bytes(b"an index")
    (tmp_path / "viewer.exe").write_bytes(b"a program")
    (finding,) = told(tmp_path)
    assert (finding.code, finding.severity) == ("files-left-out", Severity.INFO)
    assert "24 of 51 files are used" in finding.message
    assert "25 of other series, 2 that are no images" in finding.message


def test_single_file_leaves_nothing_out(write_head: WriteHead, tmp_path: Path) -> None:
    write_head()
    path = find_series(tmp_path)[0].files[0]
    found = find_series(path)
    assert left_out_findings(path, found, found[0]) == ()
