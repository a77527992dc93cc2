from pathlib import Path

import pytest

from core.dicom import find_series
from core.dicom.identity import patient_label
from tests.dicom.make import axial_geometry, head_hu, write_ct_series


def test_label_is_name_and_identifier(tmp_path: Path) -> None:
    hu = head_hu((4, 32, 32))
    changes = {"PatientName": "Test^Anna", "PatientID": "0815"}
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path, changes)
    (series,) = find_series(tmp_path)
    assert patient_label(series) == "Test Anna, 0815"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada Tarou, 1"),
        ("=山田^太郎", "1"),
        ("Müller^Jürgen^^Dr", "Müller Jürgen Dr, 1"),
    ],
)
def test_name_is_the_alphabetic_one(tmp_path: Path, name: str, label: str) -> None:
    hu = head_hu((4, 32, 32))
    changes = {"SpecificCharacterSet": "ISO_IR 192", "PatientName": name, "PatientID": "1"}
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path, changes)
    (series,) = find_series(tmp_path)
    assert patient_label(series) == label


def test_files_that_are_gone_give_no_label(tmp_path: Path) -> None:
    hu = head_hu((4, 32, 32))
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path, {"PatientName": "Test^Anna"})
    (series,) = find_series(tmp_path)
    for file in series.files:
        file.unlink()
    assert patient_label(series) is None
