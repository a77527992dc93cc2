import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from app.deidentified import can_leave, deidentified_zip
from core.dicom import find_series, read_volume
from core.domain import Assessment, Segmentation
from core.report.pdf import Report
from core.risk.published import LEE_2024
from tests.dicom.make import axial_geometry, head_hu, write_ct_series
from tests.models.make import make_card
from tests.report.make import MADE_AT, make_assessment


@pytest.fixture
def assessed(tmp_path: Path) -> Assessment:
    """The head of Jane Doe, as read from its files, with a hematoma."""
    hu = head_hu()
    shared = {"StudyInstanceUID": "1.2.840.99.1", "FrameOfReferenceUID": "1.2.840.99.2"}
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path / "JANE_DOE", shared)
    (series,) = find_series(tmp_path / "JANE_DOE")
    volume = read_volume(series)
    made = make_assessment(hu == 65, pixel_mm=3.5)
    found = Segmentation(made.segmentation.mask, volume.geometry)
    activation = np.zeros(hu.shape, np.float32)
    return replace(made, volume=volume, segmentation=found, activation=activation)


def test_images_segmentation_and_report_leave_without_a_name(assessed: Assessment) -> None:
    assert can_leave(assessed)
    content = deidentified_zip(Report(assessed, make_card(), LEE_2024, MADE_AT))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    kinds = sorted({dcmread(io.BytesIO(file)).Modality for file in files.values()})
    assert kinds == ["CT", "SEG", "SR"]
    assert len(files) == 26
    for word in (b"DOE", b"JANE", b"MRN-4711", b"1.2.840.99"):
        assert all(word not in file and word.decode() not in name for name, file in files.items())


def test_an_upload_is_gone_once_it_was_read(assessed: Assessment) -> None:
    assessed.volume.series.files[0].unlink()
    assert not can_leave(assessed)
