from pathlib import Path

import numpy as np
import pytest

from core.cohort.outcome import outcome
from core.cohort.volumes import MEASURES, measure_volumes, read_mask
from core.domain import Segmentation
from core.errors import StudyUnusableError
from core.imaging.measures import volume_ml
from core.report.nifti import hematoma_nifti
from tests.cohort.make import problems_of, read_lines
from tests.dicom.make import axial_geometry


def write_mask(path: Path, columns: int, label: int = 1) -> None:
    """A block of 4 slices, 10 rows and so many columns; a voxel is 1 x 1 x 5 mm."""
    mask = np.zeros((8, 32, 64), bool)
    mask[2:6, 10:20, 5 : 5 + columns] = True
    geometry = axial_geometry(mask.shape, pixel_spacing_mm=(1.0, 1.0))
    labels = Segmentation(mask * np.uint8(label), geometry)
    path.write_bytes(hematoma_nifti(labels))


HEADER = "patient,mask,follow_up_mask,volume_ml,follow_up_volume_ml"


@pytest.fixture
def masks(tmp_path):
    write_mask(tmp_path / "small.nii.gz", 10)  # 4 x 10 x 10 voxels of 5 mm3 = 2 mL
    write_mask(tmp_path / "large.nii.gz", 40)  # 8 mL
    write_mask(tmp_path / "empty.nii.gz", 0)
    (tmp_path / "damaged.nii.gz").write_bytes(b"no image")
    return tmp_path


def test_volumes_are_measured_by_voxels(masks):
    table = read_lines(masks, HEADER, "a,small.nii.gz,large.nii.gz,,")
    (row,) = measure_volumes(table, MEASURES["segmentation"]).rows
    # a whole number of voxels on a grid of whole millimeters: exact but for float32 headers
    assert (row.volume_ml, row.follow_up_volume_ml) == pytest.approx((2.0, 8.0), rel=1e-6)
    assert outcome(row) is True


def test_volumes_are_measured_as_ellipsoids(masks):
    table = read_lines(masks, HEADER, "a,small.nii.gz,small.nii.gz,,")
    (row,) = measure_volumes(table, MEASURES["ellipsoid"]).rows
    # 10 x 10 pixels of 1 mm between the midpoints of their edges: D1 is the hypotenuse of 9 and 10,
    # D2 across it is as long, D3 is 20 mm; float32 headers
    ellipsoid_ml = 0.523 * (9**2 + 10**2) * 20 / 1000
    assert (row.volume_ml, row.follow_up_volume_ml) == pytest.approx(2 * (ellipsoid_ml,), rel=1e-6)
    assert outcome(row) is False


def test_given_volumes_never_mix_with_measured_ones(masks):
    table = read_lines(masks, HEADER, "a,small.nii.gz,,2.5,30")
    measured = measure_volumes(table, MEASURES["segmentation"])
    (row,) = measured.rows
    assert row.follow_up_volume_ml is None
    assert outcome(row) is None
    (dropped,) = problems_of(measured, "follow_up_volume_ml")
    assert (dropped.row, dropped.severity) == (2, "warning")
    assert "Add follow_up_mask" in dropped.remedy
    assert not problems_of(measured, "volume_ml")


def test_mask_that_cannot_be_measured_is_a_problem_of_its_row(masks):
    table = read_lines(
        masks, HEADER, "a,damaged.nii.gz,large.nii.gz,,", "b,empty.nii.gz,empty.nii.gz,,"
    )
    measured = measure_volumes(table, MEASURES["segmentation"])
    damaged, empty = problems_of(measured, "mask")
    assert (damaged.row, "cannot be read" in damaged.message) == (2, True)
    assert (empty.row, "baseline mask is empty" in empty.message) == (3, True)
    assert measured.rows[0].volume_ml is None
    # a hematoma may be gone at follow-up
    assert measured.rows[1].follow_up_volume_ml == 0.0
    assert measured.refusals


def test_other_labels_are_no_hematoma(tmp_path):
    write_mask(tmp_path / "white.nii.gz", 10, label=255)
    with pytest.raises(StudyUnusableError, match=r"labels up to 255, expected 1"):
        read_mask(tmp_path / "white.nii.gz")


def test_real_masks_are_measured(shared_data):
    segmentation = read_mask(shared_data / "phe_sich/0001_seg.nii.gz")
    assert 0 < volume_ml(segmentation.mask, segmentation.geometry) < 200
