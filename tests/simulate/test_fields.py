import numpy as np
import pytest

from core.simulate.fields import Ellipsoid, Points, SmoothNoise, paint, share_inside, voxels_at


def points(*positions: tuple[float, float, float]) -> Points:
    return Points(*np.array(positions, np.float32).T)


def test_distance_to_a_sphere_is_exact():
    sphere = Ellipsoid((10.0, 0.0, 0.0), (5.0, 5.0, 5.0), paired=False)
    distance = sphere.distance_mm(points((10, 8, 0), (10, 0, 5), (12, 0, 0)))
    # float32 holds about seven digits.
    np.testing.assert_allclose(distance, [3.0, 0.0, -3.0], atol=1e-5)


def test_yaw_turns_from_left_to_back():
    rod = Ellipsoid((0.0, 0.0, 0.0), (10.0, 1.0, 1.0), yaw_deg=90.0, paired=False)
    assert rod.distance_mm(points((0, 9, 0)))[0] < 0 < rod.distance_mm(points((9, 0, 0)))[0]


def test_a_paired_solid_lies_on_both_sides():
    solid = Ellipsoid((20.0, 0.0, 0.0), (5.0, 5.0, 5.0))
    both = points((20, 0, 0), (-20, 0, 0))
    # The distance to first order has no value at a center; what counts is that it is deep inside.
    assert (solid.distance_mm(both) < -4).all()
    assert solid.near(both).all()


def test_share_of_a_voxel_on_the_surface_is_half():
    share = share_inside(np.array([-1.0, -0.25, 0.0, 0.25, 1.0], np.float32))
    np.testing.assert_array_equal(share, [1.0, 0.75, 0.5, 0.25, 0.0])


def test_painting_a_part_changes_the_whole():
    hu = np.array([0.0, 0.0, 100.0], np.float32)
    with voxels_at(np.array([True, False, True]), hu) as part:
        paint(part, np.array([0.5, 0.25], np.float32), 60.0)
    np.testing.assert_array_equal(hu, [30.0, 0.0, 90.0])


def test_noise_is_standardized_and_smooth():
    noise = SmoothNoise(np.random.default_rng(0), scale_mm=10.0)
    assert noise.grid.std() == pytest.approx(1.0, abs=1e-3)  # float32 sum over 32 768 samples
    step = noise.at(points((3, 4, 5))) - noise.at(points((3.5, 4, 5)))
    # Half a millimetre is a twentieth of the scale: even four times the mean slope gives 0.2.
    assert abs(step[0]) < 0.2
