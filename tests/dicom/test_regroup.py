"""Gateways that give each slice a SeriesInstanceUID of its own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from core.dicom import choose_head_ct, find_series, read_volume
from core.domain import Geometry, Severity

Write = Callable[..., list[Path]]


def make_each_a_series(paths: list[Path], *, numbered: bool = False) -> None:
    for number, path in enumerate(paths):
        dataset = dcmread(path)
        dataset.SeriesInstanceUID = generate_uid()
        dataset.SeriesNumber = number if numbered else 2
        dataset.save_as(path)


@pytest.mark.parametrize("numbered", [False, True])
def test_slices_that_are_each_a_series_are_read_as_one(
    numbered: bool, write_head: Write, hu: np.ndarray, geometry: Geometry, tmp_path: Path
) -> None:
    make_each_a_series(write_head(), numbered=numbered)

    (series,) = find_series(tmp_path)
    volume = read_volume(choose_head_ct([series]))

    np.testing.assert_array_equal(volume.hu, hu)
    np.testing.assert_allclose(volume.geometry.positions_mm, geometry.positions_mm, atol=1e-5)
    (finding,) = volume.findings
    assert (finding.code, finding.severity) == ("series-of-one-slice", Severity.WARNING)
    assert finding.message.startswith("Each of the 24 slices")


@pytest.mark.parametrize(
    "other",
    [
        {"ConvolutionKernel": "H60s"},
        {"SeriesDescription": "Head bone"},
        {"StudyInstanceUID": generate_uid()},
        {"FrameOfReferenceUID": generate_uid()},
        {"ContrastBolusAgent": "Ultravist"},
    ],
)
def test_slices_of_another_kind_are_another_series(
    other: dict[str, str], write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    make_each_a_series(write_head("one"))
    make_each_a_series(write_head("two", other))

    found = find_series(tmp_path)

    assert [series.n_slices for series in found] == [24, 24]
    assert [series.n_series_uids for series in found] == [24, 24]


def test_two_scans_of_one_hour_are_told_apart_by_their_time(
    write_head: Write, hu: np.ndarray, geometry: Geometry, tmp_path: Path
) -> None:
    make_each_a_series(write_head("first", {"SeriesTime": "101500"}, slices=[*range(0, 24, 2)]))
    make_each_a_series(write_head("next", {"SeriesTime": "102500"}, slices=[*range(1, 24, 2)]))

    assert [series.n_slices for series in find_series(tmp_path)] == [12, 12]


def test_two_scans_that_cannot_be_told_apart_are_not_joined(
    write_head: Write, tmp_path: Path
) -> None:
    make_each_a_series(write_head("baseline"))
    make_each_a_series(write_head("follow-up"))

    assert {series.n_slices for series in find_series(tmp_path)} == {1}


def test_two_series_that_cover_one_head_are_not_joined(write_head: Write, tmp_path: Path) -> None:
    write_head("low", slices=slice(0, 12))
    write_head("high", slices=slice(12, 24))

    assert [series.n_slices for series in find_series(tmp_path)] == [12, 12]
