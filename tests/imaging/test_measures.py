import math
from dataclasses import replace

import numpy as np
import pytest

from core.imaging.measures import (
    abc2_ml,
    counted_parts,
    slice_areas_mm2,
    slice_volumes_ml,
    volume_ml,
)


def ellipsoid(geometry, semi_axes_mm, turned_deg=0.0):
    """Mask of an ellipsoid (slice, row, column semi-axes) centered in the stack."""
    depth, height, width = semi_axes_mm
    heights_mm = geometry.positions_mm[:, 2]
    z, y, x = np.meshgrid(
        heights_mm - heights_mm.mean(),
        (np.arange(geometry.rows) - (geometry.rows - 1) / 2) * geometry.pixel_spacing_mm[0],
        (np.arange(geometry.columns) - (geometry.columns - 1) / 2) * geometry.pixel_spacing_mm[1],
        indexing="ij",
    )
    cosine, sine = math.cos(math.radians(turned_deg)), math.sin(math.radians(turned_deg))
    along, across = cosine * x + sine * y, cosine * y - sine * x
    return (z / depth) ** 2 + (across / height) ** 2 + (along / width) ** 2 <= 1


def test_cuboid_on_oblong_pixels_has_the_product_of_its_edges(axial_stack):
    geometry = axial_stack(6, 40, 40, (0.5, 2.0))
    mask = np.zeros(geometry.shape, bool)
    mask[1:5, 5:15, 5:25] = True  # 4 x 5 mm, 10 x 0.5 mm, 20 x 2 mm
    assert volume_ml(mask, geometry) == pytest.approx(4.0)
    assert slice_areas_mm2(mask, geometry).tolist() == [0, 200, 200, 200, 200, 0]


def test_sphere_has_four_thirds_pi_r_cubed(axial_stack):
    geometry = axial_stack(np.arange(0.0, 50.0), 100, 100, (0.5, 0.5))
    mask = ellipsoid(geometry, (20.0, 20.0, 20.0))
    # 1 %: what 0.5 mm pixels leave of a surface of 5,000 mm2, errors inward and outward canceling
    assert volume_ml(mask, geometry) == pytest.approx(4 / 3 * math.pi * 8.0, rel=0.01)


def test_each_slice_of_an_uneven_stack_counts_with_half_the_way_to_its_neighbors(axial_stack):
    geometry = axial_stack([0.0, 2.0, 6.0, 12.0], 20, 20)
    mask = np.zeros(geometry.shape, bool)
    mask[:, :10, :10] = True  # 100 mm2 in slices of 2, 3, 5 and 6 mm
    assert slice_volumes_ml(mask, geometry) == pytest.approx([0.2, 0.3, 0.5, 0.6])


def test_drift_of_the_slices_within_their_planes_adds_no_volume(axial_stack):
    upright = axial_stack(4, 20, 20)
    sheared = replace(
        upright, positions_mm=upright.positions_mm + [[0, 7 * i, 0] for i in range(4)]
    )
    mask = np.ones(upright.shape, bool)
    assert volume_ml(mask, sheared) == pytest.approx(volume_ml(mask, upright)) == 8.0


def test_tilted_slices_are_as_thick_as_their_distance_along_the_normal(axial_stack):
    # Tilt with cosine 0.8: slices 5 mm apart along the table are 4 mm apart along their normal.
    tilted = replace(axial_stack(5, 20, 20), row_axis=np.array([0.0, 0.8, 0.6]))
    mask = np.ones(tilted.shape, bool)  # 5 slices of 400 mm2
    assert volume_ml(mask, tilted) == pytest.approx(8.0)
    assert slice_areas_mm2(mask, tilted)[0] == pytest.approx(400.0)


def test_empty_mask_has_no_volume(axial_stack):
    geometry = axial_stack(3, 8, 8)
    mask = np.zeros(geometry.shape, bool)
    assert volume_ml(mask, geometry) == 0.0
    assert abc2_ml(mask, geometry) == 0.0


def test_mask_on_another_grid_is_refused(axial_stack):
    with pytest.raises(ValueError, match="restore the mask"):
        volume_ml(np.ones((3, 8, 9), bool), axial_stack(3, 8, 8))


@pytest.mark.parametrize("turned_deg", [0.0, 30.0, 90.0])
def test_ellipsoid_is_measured_by_its_three_diameters_however_it_lies(axial_stack, turned_deg):
    geometry = axial_stack(np.arange(0.0, 30.0), 200, 160, (0.25, 0.5))
    mask = ellipsoid(geometry, (10.0, 12.0, 20.0), turned_deg)
    # 3 %: D1 and D2 are off by up to a pixel diagonal (0.56 mm of 40 and of 24 mm); D3 is exact
    assert abc2_ml(mask, geometry) == pytest.approx(0.523 * 40 * 24 * 20 / 1000, rel=0.03)


@pytest.mark.parametrize(
    ("line", "d1_mm", "d2_mm"),
    [((0, slice(0, 30)), 15.0, 2.0), ((slice(0, 30), 0), 60.0, 0.5)],
    ids=["along a row", "down a column"],
)
def test_diameters_of_a_line_of_oblong_pixels_run_from_edge_to_edge(
    axial_stack, line, d1_mm, d2_mm
):
    geometry = axial_stack(3, 40, 40, (2.0, 0.5))
    mask = np.zeros(geometry.shape, bool)
    mask[1][line] = True
    assert abc2_ml(mask, geometry) == pytest.approx(0.523 * d1_mm * d2_mm * 5.0 / 1000)


def test_diameters_are_those_of_the_largest_part_in_the_slice_where_it_is_longest(axial_stack):
    geometry = axial_stack(3, 40, 40)
    mask = np.zeros(geometry.shape, bool)
    mask[0, 10:16, 10:16] = True
    mask[1, 5, 0:20] = True  # 20 mm long and 1 mm wide
    mask[1, 30, 30] = True  # a speck 27 mm away
    assert abc2_ml(mask, geometry) == pytest.approx(0.523 * 20 * 1 * 10 / 1000)


def test_pixels_that_meet_at_a_corner_are_one_part(axial_stack):
    geometry = axial_stack(3, 20, 20)
    mask = np.zeros(geometry.shape, bool)
    mask[1, range(10), range(10)] = True
    # At least 9 sqrt(2) long and sqrt(0.5) wide; a single pixel would be 1 x 1
    assert abc2_ml(mask, geometry) > 0.523 * 9 * 5 / 1000


def test_parts_count_by_a_likely_slice_or_by_their_volume(axial_stack):
    geometry = axial_stack([0.0, 5.0, 10.0, 20.0, 30.0], 20, 20, (1.0, 1.0))
    mask = np.zeros(geometry.shape, bool)
    mask[0, 2, 2] = mask[1, 3, 3] = True  # one part, by a corner
    mask[3:, 10:15, 10:15] = True  # 25 pixels in 10 mm, twice
    mask[1, 10, 10] = True
    likely = np.array([True, False, False, False, False])
    counted, denied_ml = counted_parts(mask, likely, geometry, alone_ml=0.5)
    assert denied_ml == pytest.approx(0.5)
    assert np.argwhere(mask & ~counted).tolist() == [[1, 10, 10]]
    counted, denied_ml = counted_parts(mask, likely, geometry, alone_ml=0.51)
    assert denied_ml == 0.0
    assert np.argwhere(counted).tolist() == [[0, 2, 2], [1, 3, 3]]
