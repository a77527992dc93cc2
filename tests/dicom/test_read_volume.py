from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import CTImageStorage, SecondaryCaptureImageStorage

from core.dicom import choose_head_ct, find_series, input_sha256, read_volume
from core.domain import Geometry, QualityFinding, Severity, SourceSlice, Volume
from core.errors import StudyUnusableError
from tests.dicom.make import (
    axial_geometry,
    head_hu,
    quality_of,
    replace_representation,
    replace_value,
    write_ct_series,
)

Write = Callable[..., list[Path]]

# Positions are written to 5 decimals of a mm.
WRITTEN_MM = 1e-5


def read(folder: Path) -> Volume:
    return read_volume(choose_head_ct(find_series(folder)))


def finding(volume: Volume, code: str) -> QualityFinding:
    (found,) = (f for f in volume.findings if f.code == code)
    return found


def test_volume_is_in_hu_caudal_to_cranial(
    write_head: Write, hu: np.ndarray, geometry: Geometry, tmp_path: Path
) -> None:
    write_head()

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    np.testing.assert_allclose(volume.geometry.positions_mm, geometry.positions_mm, atol=WRITTEN_MM)
    assert volume.hu.dtype == np.int16
    assert not volume.hu.flags.writeable
    assert volume.findings == ()


def test_rescale_slope_and_intercept_are_applied(write_head: Write, tmp_path: Path) -> None:
    # Brain of 30 HU is stored as 1054: 1054 * 0.5 - 500 = 27.
    write_head(header={"RescaleSlope": "0.5", "RescaleIntercept": "-500"})

    assert read(tmp_path).hu[12, 32, 32] == 27


def test_padding_becomes_air(write_head: Write, tmp_path: Path) -> None:
    # The air of the phantom, -1000 HU, is stored as 24.
    write_head(header={"PixelPaddingValue": 24})

    assert read(tmp_path).hu[0, 0, 0] == -1024


def test_values_below_air_become_air(write_head: Write, tmp_path: Path) -> None:
    write_head(header={"RescaleIntercept": "-2048"})

    assert read(tmp_path).hu[0, 0, 0] == -1024


def test_missing_rescale_is_a_refusal_where_air_is_not_at_minus_1000(
    write_head: Write, tmp_path: Path
) -> None:
    write_head(header={"RescaleIntercept": None})

    assert finding(read(tmp_path), "rescale-missing").severity is Severity.REFUSAL


def test_missing_rescale_is_a_warning_where_air_is_at_minus_1000(
    write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    for path in write_head(header={"RescaleSlope": None, "PixelRepresentation": 1}):
        dataset = dcmread(path)
        stored = dataset.pixel_array.astype(np.int32) - 1024
        dataset.PixelData = stored.astype("<i2").tobytes()
        dataset.save_as(path)

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    assert finding(volume, "rescale-missing").severity is Severity.WARNING


def test_one_image_is_kept_at_each_position(
    write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    path = write_head()[5]
    (tmp_path / "copy.dcm").write_bytes(path.read_bytes())

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    assert finding(volume, "duplicate-slices").message.startswith("1 image(s)")


@pytest.mark.parametrize("columns_flipped", [False, True])
@pytest.mark.parametrize("rows_flipped", [False, True])
@pytest.mark.parametrize("transposed", [False, True])
def test_any_stored_orientation_is_turned_to_standard_axial(
    columns_flipped: bool, rows_flipped: bool, transposed: bool, tmp_path: Path
) -> None:
    hu = head_hu((24, 40, 64))
    geometry = axial_geometry((24, 40, 64), pixel_spacing_mm=(5.0, 3.0), tilt_deg=15.0)
    stored, frame = hu, geometry
    if columns_flipped:  # the first stored pixel is the last column: 63 * 3 mm further left
        stored = stored[:, :, ::-1]
        frame = replace(
            frame,
            positions_mm=frame.positions_mm + [189.0, 0.0, 0.0],
            column_axis=-frame.column_axis,
        )
    if rows_flipped:  # 39 * 5 mm further down the row axis
        stored = stored[:, ::-1]
        frame = replace(
            frame,
            positions_mm=frame.positions_mm + 195.0 * frame.row_axis,
            row_axis=-frame.row_axis,
        )
    if transposed:
        stored = stored.transpose(0, 2, 1)
        frame = replace(
            frame,
            column_axis=frame.row_axis,
            row_axis=frame.column_axis,
            pixel_spacing_mm=(3.0, 5.0),
            rows=64,
            columns=40,
        )
    write_ct_series(stored, frame, tmp_path)

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    # Cosines are written to 7 decimals and act over 195 mm: 2e-5 mm, and positions to 1e-5 mm.
    np.testing.assert_allclose(volume.geometry.positions_mm, geometry.positions_mm, atol=4e-5)
    np.testing.assert_allclose(volume.geometry.column_axis, geometry.column_axis, atol=1e-6)
    np.testing.assert_allclose(volume.geometry.row_axis, geometry.row_axis, atol=1e-6)
    assert volume.geometry.pixel_spacing_mm == (5.0, 3.0)
    assert volume.geometry.shape == (24, 40, 64)


def test_tilted_gantry_shortens_the_slice_distance(tmp_path: Path) -> None:
    geometry = axial_geometry((24, 64, 64), step_mm=5.0, tilt_deg=20.0)
    write_ct_series(head_hu(), geometry, tmp_path)

    volume = read(tmp_path)

    # 5 mm * cos 20 deg = 4.698463 mm; cosines are written to 7 decimals.
    np.testing.assert_allclose(np.diff(volume.geometry.offsets_mm), 4.698463, atol=1e-5)


@pytest.mark.parametrize("slope", [b"one ", b"", b"0 ", b"nan "])
def test_void_rescale_is_told_as_a_missing_one(
    write_head: Write, tmp_path: Path, slope: bytes
) -> None:
    for path in write_head():
        replace_value(path, "RescaleSlope", slope)

    assert finding(read(tmp_path), "rescale-missing").severity is Severity.REFUSAL


@pytest.mark.parametrize("keyword", ["RescaleSlope", "RescaleIntercept"])
def test_rescale_of_unknown_representation_is_told_as_a_missing_one(
    write_head: Write, tmp_path: Path, keyword: str
) -> None:
    for path in write_head():
        replace_representation(path, keyword, b"ZZ")

    assert finding(read(tmp_path), "rescale-missing").severity is Severity.REFUSAL


@pytest.mark.parametrize("keyword", ["BitsAllocated", "PixelRepresentation", "SamplesPerPixel"])
def test_description_of_pixels_of_unknown_representation_is_refused(
    write_head: Write, tmp_path: Path, keyword: str
) -> None:
    replace_representation(write_head()[5], keyword, b"ZZ")

    with pytest.raises(StudyUnusableError, match="cannot be decoded"):
        read(tmp_path)


def test_slice_thickness_and_location_are_never_used(write_head: Write, tmp_path: Path) -> None:
    write_head(header={"SliceThickness": 99.0, "SliceLocation": 99.0})

    np.testing.assert_allclose(read(tmp_path).geometry.thickness_mm, 5.0, atol=2 * WRITTEN_MM)


def test_images_without_positions_are_refused(write_head: Write, tmp_path: Path) -> None:
    write_head(header={"ImagePositionPatient": None})
    (series,) = find_series(tmp_path)

    with pytest.raises(StudyUnusableError, match="no position in the patient"):
        choose_head_ct([series])
    with pytest.raises(StudyUnusableError, match="do not say where they lie"):
        read_volume(series)


@pytest.mark.parametrize("spacing", [[1e-9, 1e-9], [3.5e3, 3.5], [1e12, 1e12]])
def test_pixels_of_a_size_that_no_scanner_makes_are_refused(
    write_head: Write, tmp_path: Path, spacing: list[float]
) -> None:
    write_head(header={"PixelSpacing": spacing})
    with pytest.raises(StudyUnusableError, match="mm large"):
        read(tmp_path)


def test_a_single_slice_is_refused(write_head: Write) -> None:
    (series,) = find_series(write_head()[0])

    with pytest.raises(StudyUnusableError, match="single slice"):
        read_volume(series)


def test_undecodable_pixels_are_refused(write_head: Write, tmp_path: Path) -> None:
    path = write_head()[3]
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(StudyUnusableError, match="cannot be decoded") as refusal:
        read(tmp_path)
    assert str(tmp_path) not in str(refusal.value)


def test_fingerprint_is_of_the_scan_and_not_of_its_files(write_head: Write, tmp_path: Path) -> None:
    write_head("a", {"PatientName": "ONE"})
    write_head("b", {"PatientName": "TWO", "InstitutionName": "Elsewhere"})
    one, two = read(tmp_path / "a"), read(tmp_path / "b")
    stretched = replace(one, geometry=replace(one.geometry, pixel_spacing_mm=(3.5, 3.6)))

    assert input_sha256(one) == input_sha256(two)
    assert input_sha256(one) != input_sha256(stretched)
    assert len(input_sha256(one)) == 64


def test_ge_head_is_read_with_its_tilt_and_its_own_steps(shared_data: Path) -> None:
    volume = read(shared_data / "dicom_ge_head")

    # The table moved by 4.22 mm in the posterior fossa, 1.14 mm between the two parts of the scan
    # and 7.38 mm above, under a gantry tilted by 18.5 degrees: times cos 18.5 deg = 0.9483237.
    # The header has 7 decimals, positions reach 158 mm: 2e-5 mm.
    expected = [4.001926] * 13 + [1.081089] + [6.998629] * 13
    np.testing.assert_allclose(np.diff(volume.geometry.offsets_mm), expected, atol=3e-5)
    assert volume.hu.shape == (28, 512, 512)
    assert volume.hu.min() == -1024
    codes = {f.code: f.severity for f in quality_of(volume)}
    assert codes == {"uneven-steps": Severity.INFO, "gantry-tilt": Severity.INFO}


def test_research_ct_written_as_dicom_is_read_back(shared_data: Path, tmp_path: Path) -> None:
    image = nibabel.load(shared_data / "phe_sich/0001_ct.nii.gz")
    hu = np.asanyarray(image.dataobj)[::-1, ::-1].transpose(2, 1, 0)  # RAS to LPS
    write_ct_series(hu, axial_geometry(hu.shape, pixel_spacing_mm=(0.5, 0.5)), tmp_path)

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    assert [f.code for f in quality_of(volume)] == ["window-limited-hu"]


UIDS = {"StudyInstanceUID": "1.2.1", "SeriesInstanceUID": "1.2.2", "FrameOfReferenceUID": "1.2.3"}


def test_slices_keep_the_uids_of_their_images(tmp_path: Path) -> None:
    hu = head_hu()
    paths = write_ct_series(hu, axial_geometry(hu.shape), tmp_path, UIDS)
    images = read(tmp_path).images
    assert images is not None
    assert images.study_uid == "1.2.1"
    assert images.frame_of_reference_uid == "1.2.3"
    in_order = [dcmread(path).SOPInstanceUID for path in paths]  # caudal first
    assert images.slices == tuple(SourceSlice("1.2.2", CTImageStorage, uid) for uid in in_order)


@pytest.mark.parametrize(
    "header",
    [{"FrameOfReferenceUID": None}, {"SOPClassUID": SecondaryCaptureImageStorage}],
    ids=["no frame of reference", "no CT image"],
)
def test_images_that_no_object_can_refer_to_have_no_uids(
    header: dict[str, object], tmp_path: Path
) -> None:
    hu = head_hu()
    write_ct_series(hu, axial_geometry(hu.shape), tmp_path, UIDS | header)
    assert read(tmp_path).images is None
