import numpy as np
import pytest

from core.imaging.laplacian import SIGMA_MM, filter_hematoma, weighted_percentile
from tests.dicom.make import axial_geometry

HEIGHT_HU, WIDTH_MM = 60.0, 9.0


def blob(shape: tuple[int, int, int], pixel_mm: float):
    """Gaussian blob of 60 HU over 20 in a stack of 5 mm slices, and the squared radius."""
    geometry = axial_geometry(shape, pixel_spacing_mm=(pixel_mm, pixel_mm))
    z = geometry.offsets_mm - geometry.offsets_mm.mean()
    y, x = ((np.arange(n) - (n - 1) / 2) * pixel_mm for n in shape[1:])
    r2 = z[:, None, None] ** 2 + y[:, None] ** 2 + x**2
    hu = 20 + HEIGHT_HU * np.exp(-r2 / (2 * WIDTH_MM**2))
    return hu.round().astype(np.int16), geometry, r2


def expected(r2: np.ndarray) -> np.ndarray:
    """The filter in closed form: a Gaussian filtered by a Gaussian is one, wider and lower."""
    wide2 = WIDTH_MM**2 + SIGMA_MM**2
    mean = HEIGHT_HU * (WIDTH_MM**2 / wide2) ** 1.5 * np.exp(-r2 / (2 * wide2))
    return SIGMA_MM**2 * mean * (r2 / wide2 - 3) / wide2


@pytest.mark.parametrize("pixel_mm", [0.5, 1.0])
def test_filter_of_a_blob_is_its_closed_form(pixel_mm: float) -> None:
    side = int(70 / pixel_mm)
    hu, geometry, r2 = blob((15, side, side), pixel_mm)
    mask = r2 <= WIDTH_MM**2
    found = filter_hematoma(hu, mask, geometry)
    assert found is not None
    # Whole HU and 5 mm slices against a continuous blob.
    np.testing.assert_allclose(found.on_scanner_grid()[mask], expected(r2)[mask], atol=0.15)
    assert found.l5_hu == pytest.approx(np.percentile(expected(r2)[mask], 10), abs=0.3)


def test_density_of_the_surroundings_does_not_matter() -> None:
    hu, geometry, r2 = blob((15, 70, 70), 1.0)
    mask = r2 <= WIDTH_MM**2
    plain, offset = filter_hematoma(hu, mask, geometry), filter_hematoma(hu + 10, mask, geometry)
    assert plain is not None
    assert offset is not None
    assert offset.l5_hu == pytest.approx(plain.l5_hu, abs=1e-6)


def test_mirror_image_has_the_same_l5() -> None:
    hu, geometry, r2 = blob((15, 70, 70), 1.0)
    mask = (r2 <= WIDTH_MM**2) & (np.arange(70) < 38)
    plain = filter_hematoma(hu, mask, geometry)
    mirrored = filter_hematoma(hu[:, :, ::-1], mask[:, :, ::-1], geometry)
    assert plain is not None
    assert mirrored is not None
    assert mirrored.l5_hu == pytest.approx(plain.l5_hu, abs=1e-4)


def test_empty_mask_has_no_l5() -> None:
    hu, geometry, r2 = blob((15, 70, 70), 1.0)
    assert filter_hematoma(hu, r2 < 0, geometry) is None


def test_voxel_that_counts_twice_is_two_voxels() -> None:
    values = np.array([1.0, 5.0, 9.0])
    assert weighted_percentile(values, np.ones(3), 10) == pytest.approx(np.percentile(values, 10))
    heavy = weighted_percentile(values, np.array([3.0, 1.0, 1.0]), 50)
    assert heavy < weighted_percentile(values, np.ones(3), 50)


def test_parts_that_lie_apart_are_filtered_as_each_alone() -> None:
    hu, geometry, r2 = blob((15, 120, 120), 1.0)
    near = r2 <= WIDTH_MM**2
    far = np.zeros_like(near)
    far[2, 3:6, 100:118] = True
    both = filter_hematoma(hu, near | far, geometry)
    assert both is not None
    whole = both.on_scanner_grid()
    for part in (near, far):
        alone = filter_hematoma(hu, part, geometry)
        assert alone is not None
        np.testing.assert_allclose(whole[part], alone.on_scanner_grid()[part], atol=1e-4)
    assert np.isnan(whole[8, 20, 95])  # between them, in no box of either
