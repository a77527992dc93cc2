"""Enhanced and legacy-converted multi-frame CT: the same voxels as the classic slices."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from highdicom.legacy import LegacyConvertedEnhancedCTImage
from pydicom import dcmread
from pydicom.uid import generate_uid

from core.dicom import choose_head_ct, find_series, read_volume
from core.domain import Geometry, Volume
from core.errors import StudyUnusableError
from tests.dicom.forms import enhanced

Write = Callable[..., list[Path]]

# What highdicom asks for and the slices of the other tests do without.
COMPLETE = {
    "StudyInstanceUID": generate_uid(),
    "FrameOfReferenceUID": generate_uid(),
    "StudyDate": "20240301",
    "StudyTime": "101500",
    "SeriesDate": "20240301",
    "SeriesTime": "101500",
    "ContentDate": "20240301",
    "ContentTime": "101500",
    "PatientBirthDate": "",
    "AccessionNumber": "",
    "StudyID": "1",
    "SeriesNumber": 1,
    "Manufacturer": "none",
    "ReferringPhysicianName": "",
    "KVP": 120,
    "SliceThickness": 5.0,
    "AcquisitionNumber": 1,
}


def read(folder: Path) -> Volume:
    return read_volume(choose_head_ct(find_series(folder)))


def assert_same(volume: Volume, hu: np.ndarray, geometry: Geometry) -> None:
    np.testing.assert_array_equal(volume.hu, hu)
    np.testing.assert_allclose(volume.geometry.positions_mm, geometry.positions_mm, atol=1e-5)
    assert volume.geometry.pixel_spacing_mm == geometry.pixel_spacing_mm
    assert volume.findings == ()


def test_enhanced_ct_is_read_frame_by_frame(
    write_head: Write, hu: np.ndarray, geometry: Geometry, tmp_path: Path
) -> None:
    # Positions and rescale differ from frame to frame, and frames are in no order.
    order = np.random.default_rng(0).permutation(24).tolist()
    enhanced(write_head(), order, tmp_path / "enhanced")

    assert_same(read(tmp_path / "enhanced"), hu, geometry)


def test_legacy_converted_ct_is_read_frame_by_frame(
    write_head: Write, hu: np.ndarray, geometry: Geometry, tmp_path: Path
) -> None:
    slices = [dcmread(path) for path in write_head(header=COMPLETE)]
    converted = LegacyConvertedEnhancedCTImage(slices, generate_uid(), 2, generate_uid(), 1)
    (tmp_path / "converted").mkdir()
    converted.save_as(tmp_path / "converted" / "all.dcm")

    assert_same(read(tmp_path / "converted"), hu, geometry)


def test_several_frames_at_each_position_are_a_time_series(
    write_head: Write, tmp_path: Path
) -> None:
    enhanced(write_head(), [*range(24)] * 3, tmp_path / "enhanced")

    with pytest.raises(StudyUnusableError, match="time series"):
        read(tmp_path / "enhanced")


def test_multi_frame_with_fewer_groups_than_frames_is_not_read(
    write_head: Write, tmp_path: Path
) -> None:
    path = enhanced(write_head(), [*range(24)], tmp_path / "enhanced")
    image = dcmread(path)
    image.NumberOfFrames = 25
    image.save_as(path)

    with pytest.raises(StudyUnusableError, match="no DICOM"):
        read(tmp_path / "enhanced")


def test_multi_frame_cut_short_is_refused(write_head: Write, tmp_path: Path) -> None:
    path = enhanced(write_head(), [*range(24)], tmp_path / "enhanced")
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(StudyUnusableError, match="cannot be decoded"):
        read(tmp_path / "enhanced")
