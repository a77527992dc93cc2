import csv

import nibabel
import numpy as np
import pytest

from core.imaging.blend import blend_slices
from core.imaging.markers import find_markers
from core.imaging.measures import volume_ml
from core.imaging.shape import irregular, mean_solidity, solidity

ROW, COLUMN = np.mgrid[-40:41, -40:41]
RADIUS = np.hypot(ROW, COLUMN)
DISK = RADIUS <= 30
STAR = RADIUS - 15 * np.cos(5 * np.arctan2(ROW, COLUMN)) <= 20
CORNER = (np.maximum(abs(ROW), abs(COLUMN)) <= 20) & ~((ROW > 0) & (COLUMN > 0))


@pytest.fixture
def stack(axial_stack):
    return axial_stack(3, 81, 81, (0.5, 0.5))


def in_middle_slice(drawn, elsewhere=0):
    volume = np.full((3, *drawn.shape), elsewhere, drawn.dtype)
    volume[1] = drawn
    return volume


def disk_with(part, difference_hu):
    """A hematoma of 65 HU in brain of 30 HU, the given part of it darker by the difference."""
    return in_middle_slice(
        np.where(DISK, np.where(part, 65 - difference_hu, 65), 30).astype(np.int16), 30
    )


def blend(hu, mask, spacing_mm=(0.5, 0.5)):
    return bool(blend_slices(hu, mask, spacing_mm))


def candidates(hu, mask, stack):
    return {marker.name: marker for marker in find_markers(hu, mask, stack)}


def test_disk_fills_its_hull():
    assert solidity(DISK) > 0.98


def test_square_without_a_quarter_fills_its_hull_but_for_a_triangle():
    # 41 x 41 pixels without 20 x 20; the hull lacks 20 + 19 + ... + 1 = 210 of the 41 x 41
    assert solidity(CORNER) == pytest.approx((1681 - 400) / (1681 - 210))


def test_two_parts_of_one_slice_share_a_hull():
    two = abs(abs(COLUMN) - 20) <= 10  # two bars and, between them, half a bar's gap
    assert solidity(two) == pytest.approx(42 / 61)


def test_solidity_of_no_hematoma_is_refused():
    with pytest.raises(ValueError, match="holds no hematoma"):
        solidity(np.zeros((5, 5), bool))


def test_star_is_irregular_while_disk_is_not(stack):
    assert irregular(in_middle_slice(STAR), stack)
    assert not irregular(in_middle_slice(DISK), stack)


def test_slices_weigh_by_their_volume(axial_stack):
    uneven = axial_stack([0.0, 2.0, 10.0], 81, 81)  # slices of 2, 5 and 8 mm
    mask = np.stack([DISK, np.zeros_like(DISK), STAR])
    disk, star = 2 * DISK.sum(), 8 * STAR.sum()
    expected = (disk * solidity(DISK) + star * solidity(STAR)) / (disk + star)
    assert mean_solidity(mask, uneven) == pytest.approx(expected)


def test_two_densities_side_by_side_are_a_blend():
    assert blend(disk_with(COLUMN > 5, 20), in_middle_slice(DISK))


def test_two_densities_too_close_are_no_blend():
    assert not blend(disk_with(COLUMN > 5, 10), in_middle_slice(DISK))


def test_dark_part_inside_the_bright_one_is_no_blend():
    assert not blend(disk_with(RADIUS < 18, 20), in_middle_slice(DISK))


def test_dark_part_too_small_is_no_blend():
    a_tenth = COLUMN > 20  # r2 acos(2/3) - 20 sqrt(r2 - 400) of pi r2 with r = 30: 11 %
    assert not blend(disk_with(a_tenth, 20), in_middle_slice(DISK))


def test_dark_rim_is_no_blend():
    assert not blend(disk_with(RADIUS > 25, 20), in_middle_slice(DISK))


def test_specks_are_no_blend(stack):
    chessboard = (ROW // 4 + COLUMN // 4) % 2 == 0  # squares of 2 mm
    assert not blend(disk_with(chessboard, 20), in_middle_slice(DISK))


def test_narrowest_part_of_a_blend_is_measured_in_mm_on_oblong_pixels():
    band = (COLUMN > -6) & (COLUMN <= 6)  # 12 pixels wide: 6 mm at 0.5 mm, 2.4 mm at 0.2 mm
    study = disk_with(band, 20), in_middle_slice(DISK)
    assert blend(*study, spacing_mm=(0.5, 0.5))
    assert not blend(*study, spacing_mm=(0.5, 0.2))


def test_heterogeneity_is_that_of_the_hematoma(stack):
    markers = candidates(disk_with(COLUMN > 0, 20), in_middle_slice(DISK), stack)
    # Half of the disk at 65 HU and half at 45 HU: 10 / 55; the median moves the border by a pixel.
    assert markers["hu_cv"].value == pytest.approx(10 / 55, abs=0.005)
    assert (markers["blend"].present, markers["irregular"].present) == (True, False)
    assert markers["blend"].slice == 1


def test_empty_mask_shows_no_sign_and_has_no_numbers(stack):
    nothing = np.zeros(stack.shape, bool)
    for marker in find_markers(disk_with(COLUMN > 0, 20), nothing, stack):
        assert not marker.present
        assert (marker.value, marker.slice) == (None, None)


def test_markers_are_as_frequent_on_real_hematomas_as_their_docstrings_say(
    shared_data, axial_stack
):
    folder = shared_data / "phe_sich"
    counts = np.zeros((3, 3), int)  # volume group; patients, irregular, blend
    with (folder / "patients.csv").open() as table:
        patients = [(row["patient"], float(row["head_width_px"])) for row in csv.DictReader(table)]
    for patient, head_width_px in patients:
        hu, labels = (
            np.asarray(nibabel.load(folder / f"{patient}_{kind}.nii.gz").dataobj).transpose(2, 1, 0)
            for kind in ("ct", "seg")
        )
        geometry = axial_stack(*hu.shape, (150 / head_width_px, 150 / head_width_px))
        markers = candidates(hu, labels == 1, geometry)
        group = np.digitize(volume_ml(labels == 1, geometry), [9.3, 22.3])
        counts[group] += [1, markers["irregular"].present, markers["blend"].present]
    assert counts.tolist() == [[52, 7, 2], [29, 8, 5], [14, 6, 5]]
