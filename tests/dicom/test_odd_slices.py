"""One slice among many whose rescale, padding or position is not like the others'."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from core.dicom import choose_head_ct, find_series, read_volume
from core.domain import QualityFinding, Severity, Volume
from tests.dicom.make import quality_of

WriteHead = Callable[..., list[Path]]


def change(path: Path, **values: object) -> None:
    dataset = dcmread(path)
    for keyword, value in values.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    dataset.save_as(path)


def read(folder: Path) -> Volume:
    return read_volume(choose_head_ct(find_series(folder)))


def told(folder: Path, beginning: str) -> list[QualityFinding]:
    found = quality_of(read(folder))
    return [finding for finding in found if finding.code.startswith(beginning)]


@pytest.mark.parametrize("index", [0, 12, 23])
def test_slice_with_a_rescale_that_shifts_the_head_is_refused(
    write_head: WriteHead, tmp_path: Path, index: int
) -> None:
    change(write_head()[index], RescaleIntercept="-724")
    (finding,) = told(tmp_path, "rescale")
    assert (finding.code, finding.severity) == ("rescale-implausible", Severity.REFUSAL)
    assert "densities of 1 slice(s)" in finding.message
    assert "300 HU" in finding.message


def test_slice_with_a_little_other_rescale_is_a_warning(
    write_head: WriteHead, tmp_path: Path
) -> None:
    change(write_head()[12], RescaleSlope="1.02")
    (finding,) = told(tmp_path, "rescale")
    assert (finding.code, finding.severity) == ("rescale-differs", Severity.WARNING)


def test_slice_without_rescale_among_others_is_refused(
    write_head: WriteHead, tmp_path: Path
) -> None:
    change(write_head()[12], RescaleSlope=None)
    (finding,) = told(tmp_path, "rescale")
    assert finding.severity is Severity.REFUSAL
    assert "1 of 24 slices" in finding.message


def test_scanner_that_scales_each_slice_by_itself_is_believed(
    write_head: WriteHead, tmp_path: Path
) -> None:
    for number, path in enumerate(write_head()):
        dataset = dcmread(path)
        slope = 1 / (number + 2)
        stored = dataset.pixel_array.astype(np.uint16) * (number + 2)
        change(path, RescaleSlope=f"{slope:.12g}", PixelData=stored.tobytes())
    assert told(tmp_path, "rescale") == []
    assert np.median(read(tmp_path).hu[:, 32, 32]) == 30


@pytest.mark.parametrize("padding", [1054, 0, 63536])
def test_padding_within_the_head_is_not_believed(
    write_head: WriteHead, tmp_path: Path, padding: int
) -> None:
    for path in write_head():
        dataset = dcmread(path)
        dataset.add_new("PixelPaddingValue", "US", padding)
        dataset.save_as(path)
    believed = padding != 1054  # brain of 30 HU
    assert [f.code for f in told(tmp_path, "padding")] == (
        [] if believed else ["padding-implausible"]
    )
    assert read(tmp_path).hu[12, 32, 32] == 30


def test_slice_beside_the_line_of_the_stack_is_a_warning(
    write_head: WriteHead, tmp_path: Path
) -> None:
    path = write_head()[12]
    x, y, z = dcmread(path).ImagePositionPatient
    change(path, ImagePositionPatient=[x + 20, y, z])
    (finding,) = told(tmp_path, "shifted")
    assert finding.severity is Severity.WARNING
    assert "1 slice(s) lie up to 20.0 mm beside" in finding.message
