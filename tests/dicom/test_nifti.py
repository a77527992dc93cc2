from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest

from core.dicom import affine_ras, choose_head_ct, find_series, read_volume
from core.domain import Geometry, Severity, Volume
from core.errors import StudyUnusableError
from tests.dicom.make import axial_geometry, head_hu, quality_of


def read(path: Path) -> Volume:
    return read_volume(choose_head_ct(find_series(path)))


@pytest.mark.parametrize("tilt_deg", [0.0, 18.5])
def test_affine_takes_voxels_to_ras(tilt_deg: float) -> None:
    geometry = axial_geometry((24, 40, 64), pixel_spacing_mm=(5.0, 3.0), tilt_deg=tilt_deg)

    ras = affine_ras(geometry) @ [10.0, 4.0, 7.0, 1.0]  # column 10, row 4, slice 7

    lps = geometry.positions_mm[7] + 30.0 * geometry.column_axis + 20.0 * geometry.row_axis
    np.testing.assert_allclose(ras[:3], lps * [-1.0, -1.0, 1.0])


def test_affine_of_uneven_steps_has_their_mean(geometry: Geometry) -> None:
    heights = np.array([[0.0, 0.0, height] for height in (0.0, 4.0, 8.0, 18.0)])
    assert affine_ras(replace(geometry, positions_mm=heights))[2, 2] == pytest.approx(6.0)


@pytest.mark.parametrize("axcodes", ["LPS", "RAS", "RAI", "ASR", "SLP"])
@pytest.mark.parametrize("tilt_deg", [0.0, 18.5])
def test_nifti_of_any_axis_order_is_turned_to_standard_axial(
    axcodes: str, tilt_deg: float, tmp_path: Path
) -> None:
    hu = head_hu((24, 40, 64))
    geometry = axial_geometry((24, 40, 64), pixel_spacing_mm=(5.0, 3.0), tilt_deg=tilt_deg)
    image = nibabel.Nifti1Image(hu.transpose(2, 1, 0), affine_ras(geometry))
    turn = nibabel.orientations.ornt_transform(
        nibabel.orientations.axcodes2ornt("LPS"), nibabel.orientations.axcodes2ornt(axcodes)
    )
    nibabel.save(image.as_reoriented(turn), tmp_path / "head.nii.gz")

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    # NIfTI stores its affine as float32: 7 digits of about 200 mm.
    np.testing.assert_allclose(volume.geometry.positions_mm, geometry.positions_mm, atol=1e-4)
    np.testing.assert_allclose(volume.geometry.row_axis, geometry.row_axis, atol=1e-6)
    assert volume.geometry.pixel_spacing_mm == pytest.approx((5.0, 3.0), rel=1e-6)
    (trust,) = volume.findings
    assert (trust.code, trust.severity) == ("nifti-on-trust", Severity.WARNING)
    assert "no orientation" not in trust.message


@pytest.mark.parametrize("times", [1e-12, 1e-3, 1e3, 1e12])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_nifti_with_voxels_that_no_scanner_makes_is_refused(
    axis: int, times: float, tmp_path: Path
) -> None:
    hu = head_hu()
    affine = affine_ras(axial_geometry(hu.shape))
    affine[:, axis] *= times
    nibabel.save(nibabel.Nifti1Image(hu.transpose(2, 1, 0), affine), tmp_path / "head.nii")
    with pytest.raises(StudyUnusableError, match="mm large"):
        read(tmp_path)


def test_nifti_without_orientation_says_so(tmp_path: Path) -> None:
    nibabel.save(nibabel.Nifti1Image(head_hu().transpose(2, 1, 0), None), tmp_path / "head.nii")

    assert "states no orientation" in read(tmp_path).findings[0].message


def test_scaled_values_and_nan_become_hu(tmp_path: Path) -> None:
    values = head_hu().transpose(2, 1, 0).astype(np.float32) + 0.4
    values[0, 0, 0] = np.nan
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "head.nii")

    hu = read(tmp_path).hu

    assert hu[12, 32, 32] == 30
    assert hu.min() == -1024


@pytest.mark.parametrize(
    ("slope", "intercept", "told"),
    [(1.0, 0.0, False), (1.0, -1024.0, False), (1.0069, 0.0, True), (1.0, 7.0, True)],
)
def test_scaling_that_is_not_that_of_hu_is_told(
    slope: float, intercept: float, told: bool, tmp_path: Path
) -> None:
    image = nibabel.Nifti1Image(head_hu().transpose(2, 1, 0), np.eye(4))
    image.header.set_slope_inter(slope, intercept)
    nibabel.save(image, tmp_path / "head.nii")

    assert ("nifti-scaled" in {f.code for f in read(tmp_path).findings}) is told


def test_truncated_nifti_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "head.nii.gz"
    rng = np.random.default_rng(0)  # noise, so that half of the file holds half of the voxels
    noise = rng.integers(-1000, 1000, (64, 64, 24)).astype(np.int16)
    nibabel.save(nibabel.Nifti1Image(noise, np.eye(4)), path)
    series = choose_head_ct(find_series(path))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(StudyUnusableError, match="cannot be read"):
        read_volume(series)


def test_four_dimensional_nifti_is_not_listed(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.zeros((8, 8, 10, 3), np.int16), np.eye(4))
    nibabel.save(image, tmp_path / "perfusion.nii")

    assert find_series(tmp_path) == ()


@pytest.mark.parametrize(
    ("voxels", "found"),
    [
        (np.zeros((8, 8, 10, 3), np.int16), r"shape \(8, 8, 10, 3\), expected 3 axes"),
        (np.zeros((8, 8), np.int16), r"shape \(8, 8\), expected 3 axes"),
        (np.zeros((8, 8, 10), [(c, "u1") for c in "RGB"]), "holds no single number a voxel"),
        (np.zeros((8, 8, 10), np.complex64), "holds no single number a voxel"),
    ],
    ids=["4-D", "2-D", "colour", "complex"],
)
def test_nifti_opened_by_itself_is_refused_by_what_it_is(
    tmp_path: Path, voxels: np.ndarray, found: str
) -> None:
    path = tmp_path / "head.nii"
    nibabel.save(nibabel.Nifti1Image(voxels, np.eye(4)), path)

    with pytest.raises(StudyUnusableError, match=found):
        find_series(path)


def test_nifti_that_claims_to_be_enormous_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "head.nii"
    nibabel.save(nibabel.Nifti1Image(np.zeros((8, 8, 10), np.int16), np.eye(4)), path)
    content = bytearray(path.read_bytes())
    content[42:48] = np.array([30_000] * 3, "<i2").tobytes()  # dim[1] to dim[3] of the header
    path.write_bytes(content)

    with pytest.raises(StudyUnusableError, match="30000 x 30000 x 30000 voxels"):
        find_series(path)


def test_research_ct_reads_with_what_is_odd_about_it(shared_data: Path) -> None:
    volume = read(shared_data / "phe_sich/0001_ct.nii.gz")

    assert volume.hu.shape == (32, 512, 512)
    np.testing.assert_allclose(volume.geometry.thickness_mm, 5.0)
    codes = [finding.code for finding in quality_of(volume)]
    assert codes == ["nifti-on-trust", "window-limited-hu"]


def test_compressed_file_whose_check_sum_is_wrong_is_refused(
    hu: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "head.nii.gz"
    nibabel.save(nibabel.Nifti1Image(hu.transpose(2, 1, 0), np.diag([4.0, 4.0, 5.0, 1.0])), path)
    content = bytearray(path.read_bytes())
    content[-8] ^= 0xFF  # CRC-32, then the length (RFC 1952)
    path.write_bytes(content)
    with pytest.raises(StudyUnusableError, match="cannot be read"):
        read_volume(find_series(path)[0])


@pytest.mark.parametrize("qform_code", [0, 1])
def test_geometry_that_is_stated_in_two_ways_is_a_warning(
    hu: np.ndarray, tmp_path: Path, qform_code: int
) -> None:
    affine = np.diag([4.0, 4.0, 5.0, 1.0])
    affine[:3, 3] = 10.0
    for name, moved_mm in (("same", 0.0), ("apart", 8.0)):
        image = nibabel.Nifti1Image(hu.transpose(2, 1, 0), affine)
        other = affine.copy()
        other[0, 3] += moved_mm
        image.set_qform(other, code=qform_code)
        nibabel.save(image, tmp_path / f"{name}.nii")
    same, apart = (
        [finding.code for finding in read_volume(find_series(tmp_path / f"{name}.nii")[0]).findings]
        for name in ("same", "apart")
    )
    assert same == ["nifti-on-trust"]
    assert apart == ["nifti-on-trust", "nifti-disagrees"]


def test_shear_of_a_tilted_gantry_is_no_disagreement(hu: np.ndarray, tmp_path: Path) -> None:
    affine = np.diag([4.0, 4.0, 5.0, 1.0])
    affine[1, 2] = 1.0
    path = tmp_path / "tilted.nii"
    nibabel.save(nibabel.Nifti1Image(hu.transpose(2, 1, 0), affine), path)
    assert [f.code for f in read_volume(find_series(path)[0]).findings] == ["nifti-on-trust"]
