from pathlib import Path

from core.dicom import find_series
from core.dicom.identity import patient_label
from tests.dicom.make import axial_geometry, head_hu, write_ct_series


def test_label_is_name_and_identifier(tmp_path: Path) -> None:
    hu = head_hu((4, 32, 32))
    changes = {"PatientName": "Test^Anna", "PatientID": "0815"}
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path, changes)
    (series,) = find_series(tmp_path)
    assert patient_label(series) == "Test Anna, 0815"


def test_files_that_are_gone_give_no_label(tmp_path: Path) -> None:
    hu = head_hu((4, 32, 32))
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path, {"PatientName": "Test^Anna"})
    (series,) = find_series(tmp_path)
    for file in series.files:
        file.unlink()
    assert patient_label(series) is None
