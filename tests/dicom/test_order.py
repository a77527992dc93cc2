from pathlib import Path

import numpy as np
import pydicom
import pytest

from core.dicom import find_series, read_volume
from core.dicom.order import order_findings
from tests.dicom.make import axial_geometry, head_hu, write_ct_series


def codes(folder: Path) -> list[str]:
    (series,) = find_series(folder)
    return [finding.code for finding in read_volume(series).findings]


@pytest.mark.parametrize(("one", "other"), [(10, 11), (3, 20), (0, 23)])
def test_exchanged_positions_of_two_slices_are_told(tmp_path: Path, one: int, other: int) -> None:
    hu = head_hu()
    paths = write_ct_series(hu, axial_geometry(hu.shape), tmp_path)
    assert "slice-order" not in codes(tmp_path)
    slices = [pydicom.dcmread(paths[at]) for at in (one, other)]
    positions = [slice_.ImagePositionPatient for slice_ in slices]
    for slice_, position, at in zip(slices, positions[::-1], (one, other), strict=True):
        slice_.ImagePositionPatient = position
        slice_.save_as(paths[at])
    assert "slice-order" in codes(tmp_path)


@pytest.mark.parametrize(
    "numbers",
    [
        list(range(30)),
        list(range(30, 0, -1)),
        [*range(1, 10), *range(21, 40)],  # slices left out
        [1, 1, *range(2, 30)],  # a number twice
        [None, *range(29)],
        list(np.random.default_rng(1).permutation(30)),  # numbers that mean nothing
        [*range(15, 30), *range(15)],  # two acquisitions
        [],
    ],
)
def test_other_numbering_is_no_finding(numbers: list[float | None]) -> None:
    assert order_findings(numbers) == ()
