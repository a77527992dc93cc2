import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import BasicTextSRStorage, generate_uid

from core.dicom import choose_head_ct, find_series
from core.domain import Geometry
from core.errors import StudyUnusableError
from tests.dicom.make import replace_representation, replace_value, write_ct_series, write_dataset

Write = Callable[..., list[Path]]


def test_slices_in_nested_folders_are_one_series(write_head: Write, tmp_path: Path) -> None:
    for number, path in enumerate(write_head()):
        nested = tmp_path / f"disk{number % 3}" / "a" / path.name
        nested.parent.mkdir(parents=True, exist_ok=True)
        path.rename(nested)

    (series,) = find_series(tmp_path)

    assert series.n_slices == 24
    assert series.spacing_mm == pytest.approx(5.0)
    assert series.normal == pytest.approx((0.0, 0.0, 1.0))
    assert (series.modality, series.body_part, series.kernel) == ("CT", "HEAD", "H31s")


def test_junk_files_are_passed_over(write_head: Write, tmp_path: Path) -> None:
    write_head()
    (tmp_path / "readme.txt").write_text("not an image")
    (tmp_path / "empty.dcm").touch()
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "no.nii.gz").write_bytes(b"not gzip")

    assert len(find_series(tmp_path)) == 1


def test_a_truncated_header_is_passed_over(write_head: Write, tmp_path: Path) -> None:
    first, *_ = write_head()
    first.write_bytes(first.read_bytes()[:300])

    (series,) = find_series(tmp_path)

    assert series.n_slices == 23


def test_localizer_with_the_same_uid_is_split_off(write_head: Write, tmp_path: Path) -> None:
    uid = generate_uid()
    write_head("head", {"SeriesInstanceUID": uid})
    write_head(
        "scout",
        {"SeriesInstanceUID": uid, "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]},
        slices=[0],
    )

    found = find_series(tmp_path)

    assert sorted(series.n_slices for series in found) == [1, 24]
    assert choose_head_ct(found).n_slices == 24


def test_makers_own_image_type_does_not_split_a_stack(write_head: Write, tmp_path: Path) -> None:
    # GE writes ADD where two detector rows were added, in one part of a head only.
    uid = generate_uid()
    added = {"SeriesInstanceUID": uid, "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL", "ADD"]}
    write_head("low", added, slices=slice(0, 12))
    write_head("high", {"SeriesInstanceUID": uid}, slices=slice(12, 24))

    (series,) = find_series(tmp_path)

    assert series.n_slices == 24


def test_other_orientation_and_other_spacing_split_a_series(
    hu: np.ndarray, geometry: Geometry, tmp_path: Path
) -> None:
    uid = {"SeriesInstanceUID": generate_uid()}
    coronal = replace(geometry, row_axis=np.array([0.0, 0.0, -1.0]))
    magnified = replace(geometry, pixel_spacing_mm=(3.0, 3.0))
    for name, stack in {"a": geometry, "b": coronal, "c": magnified}.items():
        write_ct_series(hu, stack, tmp_path / name, uid)

    assert len(find_series(tmp_path)) == 3


def test_rounding_of_the_orientation_does_not_split_a_stack(
    hu: np.ndarray, geometry: Geometry, tmp_path: Path
) -> None:
    uid = {"SeriesInstanceUID": generate_uid()}
    rounded = replace(
        geometry,
        positions_mm=geometry.positions_mm[12:],
        row_axis=np.array([0.0, 0.99995, 0.0003]),
    )
    write_ct_series(
        hu[:12], replace(geometry, positions_mm=geometry.positions_mm[:12]), tmp_path, uid
    )
    write_ct_series(hu[12:], rounded, tmp_path / "rest", uid)

    assert len(find_series(tmp_path)) == 1


def test_dose_report_is_listed_and_not_chosen(write_head: Write, tmp_path: Path) -> None:
    write_head()
    report = Dataset()
    report.SOPClassUID = BasicTextSRStorage
    report.SeriesInstanceUID = generate_uid()
    report.Modality = "SR"
    report.SeriesDescription = "Dose Report"
    write_dataset(report, tmp_path / "a_report.dcm")

    found = find_series(tmp_path)

    assert [series.modality for series in found] == ["SR", "CT"]
    assert choose_head_ct(found).modality == "CT"


def test_a_single_file_is_a_series_of_one_slice(write_head: Write) -> None:
    (series,) = find_series(write_head()[0])

    assert (series.n_slices, series.spacing_mm) == (1, None)


def test_no_identifier_of_the_patient_is_kept(write_head: Write, tmp_path: Path) -> None:
    write_head()

    (series,) = find_series(tmp_path)

    assert "DOE" not in repr(series)
    assert "4711" not in repr(series)
    assert (series.patient.age_years, series.patient.sex) == (65.0, "female")


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("Rows", b"\x01"),
        ("PixelSpacing", b"3.5\\wide"),
        ("ImagePositionPatient", b"10"),
        ("ImagePositionPatient", b"10\\20\\1e999 "),
        ("ImageOrientationPatient", b"1\\0\\0\\1\\0\\0 "),
    ],
)
def test_slice_that_does_not_say_where_it_lies_is_kept_apart(
    write_head: Write, tmp_path: Path, keyword: str, value: bytes
) -> None:
    replace_value(write_head()[0], keyword, value)

    found = find_series(tmp_path)

    assert sorted((s.n_slices, s.normal is None) for s in found) == [(1, True), (23, False)]
    assert choose_head_ct(found).n_slices == 23


@pytest.mark.parametrize(
    "keyword", ["PatientAge", "PatientSex", "AcquisitionTime", "ConvolutionKernel", "Modality"]
)
def test_value_that_no_slice_needs_may_be_damaged(
    write_head: Write, tmp_path: Path, keyword: str
) -> None:
    for path in write_head():
        replace_representation(path, keyword, b"ZZ")  # there is no such value representation

    (series,) = find_series(tmp_path)

    assert series.n_slices == 24
    assert choose_head_ct([series]) is series


def test_instance_number_that_is_none_does_not_matter(write_head: Write, tmp_path: Path) -> None:
    for path in write_head():
        replace_value(path, "InstanceNumber", b"ab")

    (series,) = find_series(tmp_path)

    assert series.n_slices == 24


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("PixelSpacing", b"0\\0 "),
        ("PixelSpacing", b"-3\\3 "),
        ("ImagePositionPatient", b"nan\\0\\0 "),
    ],
)
def test_impossible_geometry_is_none(
    write_head: Write, tmp_path: Path, keyword: str, value: bytes
) -> None:
    for path in write_head():
        replace_value(path, keyword, value)

    (series,) = find_series(tmp_path)

    assert series.normal is None
    with pytest.raises(StudyUnusableError, match="no position in the patient or no pixel spacing"):
        choose_head_ct([series])


@pytest.mark.filterwarnings("error")
def test_no_warning_repeats_an_identifier(write_head: Write, tmp_path: Path) -> None:
    for path in write_head():
        replace_value(path, "SeriesInstanceUID", b"1.02.4711")  # a leading 0 is against PS3.5 9.1

    (series,) = find_series(tmp_path)

    assert series.uid == "1.02.4711"


def test_what_may_not_be_read_is_told_where_nothing_else_is_found(
    write_head: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_head("mine", slices=slice(0, 2))
    write_head("locked", slices=slice(2, 5))
    may_access = os.access  # the tests may run as root, who may read everything
    monkeypatch.setattr(
        os, "access", lambda path, mode: "locked" not in str(path) and may_access(path, mode)
    )

    assert find_series(tmp_path)[0].n_slices == 2
    with pytest.raises(
        StudyUnusableError, match=r"3 file\(s\) or folder\(s\) that may not be read"
    ):
        find_series(tmp_path / "locked")
