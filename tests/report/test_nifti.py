from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np

from core.domain import Assessment, Segmentation
from core.report.nifti import hematoma_nifti, nifti_findings
from tests.dicom.make import axial_geometry


def read(segmentation: Segmentation, folder: Path) -> nibabel.Nifti1Image:
    path = folder / "hematoma.nii.gz"
    path.write_bytes(hematoma_nifti(segmentation))
    return nibabel.load(path)


def test_mask_is_stored_as_zeros_and_ones(assessment: Assessment, tmp_path: Path) -> None:
    image = read(assessment.segmentation, tmp_path)
    assert image.get_data_dtype() == np.uint8
    assert np.argwhere(np.asarray(image.dataobj)).tolist() == [[3, 2, 1], [4, 2, 1]]


def test_hematoma_lies_where_it_lies_in_the_patient(assessment: Assessment, tmp_path: Path) -> None:
    image = read(assessment.segmentation, tmp_path)
    # First voxel at (-100, -90, 20) LPS; 3 columns and 2 rows of 2 mm and a slice of 5 mm on it is
    # (-94, -86, 25) LPS, and RAS turns the first two signs.
    np.testing.assert_allclose(image.affine @ [3, 2, 1, 1], [94, 86, 25, 1])
    assert image.header.get_xyzt_units()[0] == "mm"


def test_tilted_stack_keeps_its_shear(tmp_path: Path) -> None:
    geometry = axial_geometry((3, 4, 5), tilt_deg=18.5)
    image = read(Segmentation(np.ones((3, 4, 5), bool), geometry), tmp_path)
    last = image.affine @ [0, 0, 2, 1]
    # float32 of the header, at coordinates of about 100 mm
    np.testing.assert_allclose(last[:3], geometry.positions_mm[2] * [-1, -1, 1], atol=1e-4)


def test_uneven_slices_go_to_an_even_grid_at_their_places(tmp_path: Path) -> None:
    even = axial_geometry((3, 4, 5))
    heights_mm = np.array([20.0, 22.0, 28.0])
    positions_mm = even.positions_mm.copy()
    positions_mm[:, 2] = heights_mm
    geometry = replace(even, positions_mm=positions_mm)
    mask = np.zeros((3, 4, 5), bool)
    mask[1, 2, 3] = True
    image = read(Segmentation(mask, geometry), tmp_path)
    # Steps of 2 mm from 20 to 28: the slices at 22 and 24 are nearest to the one at 22.
    assert image.shape == (5, 4, 5)
    assert np.argwhere(np.asarray(image.dataobj)).tolist() == [[3, 2, 1], [3, 2, 2]]
    np.testing.assert_allclose(image.affine @ [0, 0, 4, 1], [100, 90, 28, 1])
    assert [finding.code for finding in nifti_findings(geometry)] == ["nifti-even-grid"]


def test_same_mask_gives_the_same_bytes(assessment: Assessment) -> None:
    assert hematoma_nifti(assessment.segmentation) == hematoma_nifti(assessment.segmentation)


def test_even_steps_need_no_finding(assessment: Assessment) -> None:
    assert nifti_findings(assessment.volume.geometry) == ()


def test_mask_that_a_reader_edited_says_so(tmp_path: Path) -> None:
    geometry = axial_geometry((3, 4, 5))
    segmentation = Segmentation(np.ones((3, 4, 5), bool), geometry, edited_by_reader=True)
    assert b"edited by reader" in read(segmentation, tmp_path).header["descrip"].tobytes()
