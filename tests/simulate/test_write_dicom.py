from datetime import datetime

import numpy as np
import pydicom
import pytest
from pydicom import config
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, RLELossless

from core.domain import Geometry, PatientHeader
from core.errors import UsageError
from core.simulate.write_dicom import SeriesIdentity, write_ct_series

# The CT Image IOD (PS3.3 table A.3-1): attributes that must be there and have a value (type 1, and
# 1C and 2C whose condition holds), and those that must be there but may be empty (type 2).
TYPE_1 = """
    SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID FrameOfReferenceUID Modality
    ImageType PixelSpacing ImageOrientationPatient ImagePositionPatient SamplesPerPixel
    PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation
    RescaleIntercept RescaleSlope PixelData SpecificCharacterSet PatientPosition
    DeidentificationMethod
"""
TYPE_2 = """
    PatientName PatientID PatientBirthDate PatientSex StudyDate StudyTime ReferringPhysicianName
    StudyID AccessionNumber SeriesNumber PositionReferenceIndicator Manufacturer InstanceNumber
    ContentDate ContentTime SliceThickness AcquisitionNumber KVP
"""

PATIENT = PatientHeader(age_years=65.0, sex="male", acquired_at=datetime(2026, 1, 5, 8, 30))
IDENTITY = SeriesIdentity(seed=1, patient=PATIENT)


@pytest.fixture
def strict_pydicom(monkeypatch):
    monkeypatch.setattr(config.settings, "reading_validation_mode", config.RAISE)
    monkeypatch.setattr(config.settings, "writing_validation_mode", config.RAISE)


@pytest.fixture
def geometry() -> Geometry:
    return Geometry(
        positions_mm=np.array([[-120.0, -110.0, 5.0 * i + 1 / 3] for i in range(3)]),
        column_axis=np.array([1.0, 0.0, 0.0]),
        row_axis=np.array([0.0, 1.0, 0.0]),
        pixel_spacing_mm=(0.46875, 0.5),
        rows=16,
        columns=24,
    )


@pytest.fixture
def hu(geometry) -> np.ndarray:
    values = np.random.default_rng(0).integers(-1024, 3072, geometry.shape)
    return values.astype(np.int16)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_pixels_survive_the_round_trip(strict_pydicom, tmp_path, hu, geometry, syntax):
    files = write_ct_series(hu, geometry, tmp_path, identity=IDENTITY, transfer_syntax=syntax)
    for file, expected in zip(files, hu, strict=True):
        dataset = pydicom.dcmread(file)
        assert dataset.file_meta.TransferSyntaxUID == syntax
        stored = dataset.pixel_array.astype(int)
        np.testing.assert_array_equal(stored * dataset.RescaleSlope - 1024, expected)


def test_every_required_attribute_is_there(strict_pydicom, tmp_path, hu, geometry):
    file = write_ct_series(hu, geometry, tmp_path, identity=IDENTITY)[0]
    dataset = pydicom.dcmread(file)
    assert dataset.SOPClassUID == CTImageStorage
    required = (TYPE_1 + TYPE_2).split()
    assert [name for name in required if name not in dataset] == []
    assert [name for name in TYPE_1.split() if dataset[name].is_empty] == []


def test_no_attribute_breaks_its_value_representation(strict_pydicom, tmp_path, hu, geometry):
    """Strict reading parses every value, so a 17-character decimal string raises here."""
    dataset = pydicom.dcmread(write_ct_series(hu, geometry, tmp_path, identity=IDENTITY)[0])
    assert all(element.value is not None for element in dataset.iterall())


def test_slices_lie_where_the_geometry_says(tmp_path, hu, geometry):
    files = write_ct_series(hu, geometry, tmp_path, identity=IDENTITY)
    datasets = [pydicom.dcmread(file) for file in files]
    positions = np.array([dataset.ImagePositionPatient for dataset in datasets])
    # A decimal string of 16 characters holds 1/3 to 14 digits.
    np.testing.assert_allclose(positions, geometry.positions_mm, atol=1e-12)
    assert datasets[0].PixelSpacing == [0.46875, 0.5]
    assert [dataset.InstanceNumber for dataset in datasets] == [1, 2, 3]


def test_the_series_is_one_and_its_images_are_many(tmp_path, hu, geometry):
    files = write_ct_series(hu, geometry, tmp_path, identity=IDENTITY)
    datasets = [pydicom.dcmread(file) for file in files]
    assert len({dataset.SeriesInstanceUID for dataset in datasets}) == 1
    assert len({dataset.SOPInstanceUID for dataset in datasets}) == 3


def test_another_seed_gives_other_uids():
    assert SeriesIdentity(seed=1).uid("series") == SeriesIdentity(seed=1).uid("series")
    assert SeriesIdentity(seed=1).uid("series") != SeriesIdentity(seed=2).uid("series")


def test_a_reader_is_told_that_nobody_was_scanned(tmp_path, hu, geometry):
    dataset = pydicom.dcmread(write_ct_series(hu, geometry, tmp_path, identity=IDENTITY)[0])
    assert dataset.PatientIdentityRemoved == "YES"
    assert "Simulated" in dataset.ImageComments
    assert (dataset.PatientAge, dataset.PatientSex) == ("065Y", "M")


def test_a_folder_with_files_is_refused(tmp_path, hu, geometry):
    (tmp_path / "other.dcm").touch()
    with pytest.raises(UsageError, match="not empty"):
        write_ct_series(hu, geometry, tmp_path, identity=IDENTITY)


def test_hu_beyond_12_bits_is_refused(tmp_path, hu, geometry):
    with pytest.raises(ValueError, match="clip it first"):
        write_ct_series(np.full_like(hu, 3072), geometry, tmp_path, identity=IDENTITY)


def test_volume_of_another_shape_is_refused(tmp_path, hu, geometry):
    with pytest.raises(ValueError, match="expected \\(3, 16, 24\\)"):
        write_ct_series(hu[:2], geometry, tmp_path, identity=IDENTITY)
