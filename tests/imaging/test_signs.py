"""Signs on drawn hematomas: disks of 65 HU in brain of 30 HU, pixels of 0.5 mm."""

import numpy as np
import pytest

from core.imaging import signs
from core.imaging.slabs import Sections, in_sections

ROW, COLUMN = np.mgrid[-60:61, -60:61]
RADIUS = np.hypot(ROW, COLUMN)
DISK = RADIUS <= 30  # 15 mm


def sections(mask: np.ndarray, dark: np.ndarray | None = None, by_hu: int = 0) -> Sections:
    """Three equal sections, part of the hematoma darker."""
    hu = np.where(mask, 65, 30)
    if dark is not None:
        hu = np.where(mask & dark, 65 - by_hu, hu)
    stack = np.repeat(hu[None], 3, axis=0).astype(np.int16)
    return Sections(stack, np.repeat(mask[None], 3, axis=0), np.arange(3), (0.5, 0.5))


def disk_at(row: float, column: float, radius: float) -> np.ndarray:
    return np.hypot(ROW - row, COLUMN - column) <= radius


def test_enclosed_part_that_is_much_darker_is_a_black_hole():
    assert signs.black_hole(sections(DISK, RADIUS <= 8, 30)) == [0, 1, 2]


def test_enclosed_part_that_is_a_little_darker_is_a_hypodensity_only():
    shown = sections(DISK, RADIUS <= 8, 15)
    assert signs.black_hole(shown) == []
    assert signs.hypodensity(shown) == [0, 1, 2]


def test_dark_part_that_reaches_the_brain_is_not_enclosed():
    open_to_brain = sections(DISK, (abs(ROW) <= 8) & (COLUMN > 5), 30)
    assert signs.black_hole(open_to_brain) == signs.hypodensity(open_to_brain) == []


def test_noise_is_no_hypodensity():
    random = np.random.default_rng(0)
    noisy = sections(DISK)
    hu = noisy.hu + random.normal(0, 4, noisy.hu.shape).round().astype(np.int16)
    assert signs.hypodensity(Sections(hu, noisy.mask, noisy.middle_slice, (0.5, 0.5))) == []


def test_swirl_needs_two_contiguous_sections():
    shown = sections(DISK, RADIUS <= 8, 30)
    assert signs.swirl(shown) == [0, 1, 2]
    once = shown.hu.copy()
    once[[0, 2]] = np.where(DISK, 65, 30)
    alone = Sections(once, shown.mask, shown.middle_slice, (0.5, 0.5))
    assert signs.swirl(alone) == []


def test_dark_rim_is_no_swirl():
    assert signs.swirl(sections(DISK, RADIUS > 22, 30)) == []


def test_swirl_that_the_mask_left_out_is_inside_all_the_same():
    shown = sections(DISK & (RADIUS > 8))
    assert signs.swirl(shown) == [0, 1, 2]


@pytest.mark.parametrize(("count", "expected"), [(2, []), (3, [0, 1, 2])])
def test_three_separate_hematomas_are_islands(count, expected):
    mask = DISK.copy()
    for number in range(count):
        mask |= disk_at(-50, -50 + 20 * number, 4)
    assert signs.island(sections(mask)) == expected


def test_four_lobes_are_an_island_sign():
    mask = DISK.copy()
    for row, column in ((33, 0), (-33, 0), (0, 33), (0, -33)):
        mask |= disk_at(row, column, 6)
    assert signs.island(sections(mask)) == [0, 1, 2]
    assert signs.island(sections(DISK)) == []


def test_satellite_is_small_near_and_apart():
    near = DISK | disk_at(0, 45, 5)  # gap of 10 pixels, 5 mm; 5 mm across
    assert signs.satellite(sections(near)) == [0, 1, 2]
    large = DISK | disk_at(0, 47, 12)  # 12 mm across
    assert signs.satellite(sections(large)) == []
    small = RADIUS <= 10
    far = small | disk_at(0, 56, 4)  # gap of 42 pixels, 21 mm
    assert signs.satellite(sections(small | disk_at(0, 50, 4))) == [0, 1, 2]
    assert signs.satellite(sections(far)) == []


def test_speck_is_no_satellite():
    speck = DISK | disk_at(0, 45, 1)
    assert signs.satellite(sections(speck)) == []


def test_thin_slices_are_taken_together(axial_stack):
    geometry = axial_stack(np.arange(12) * 1.25, 121, 121, (0.5, 0.5))
    mask = np.repeat(DISK[None], 12, axis=0)
    mask[0] = False  # three of the four slices of the first section still hold hematoma
    hu = np.where(mask, 65, 30).astype(np.int16)
    found = in_sections(hu, mask, geometry)
    assert found.mask.shape == (3, 63, 63)  # the disk of 61 pixels and one on either side
    assert found.mask[0].any()
    assert found.hu[0, 31, 31] == round((30 + 3 * 65) / 4)
    assert found.middle_slice.tolist() == [2, 6, 10]
