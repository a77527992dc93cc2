import dataclasses

import numpy as np
import pytest
from scipy import ndimage

from core.simulate.phantom import Phantom, PhantomSettings, simulate_head
from core.simulate.scanner import quantum_noise

WHOLE_HEAD = PhantomSettings(
    hematoma=None, matrix=128, n_slices=12, slice_distance_mm=12.5, planes_per_slice=2
)


@pytest.fixture(scope="module")
def healthy() -> Phantom:
    return simulate_head(WHOLE_HEAD, seed=7)


def test_seed_decides_the_head(small_settings):
    settings = dataclasses.replace(small_settings, n_slices=2, planes_per_slice=1)
    first, again, other = (simulate_head(settings, seed=seed).hu for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    # A third of the field of view is head, and there everything differs.
    assert (first != other).mean() > 0.3


def test_head_without_hematoma_has_an_empty_mask(healthy: Phantom):
    assert healthy.volume_ml == 0.0
    assert not healthy.hematoma.any()


def test_head_has_human_size(healthy: Phantom):
    labels, _ = ndimage.label(healthy.hu[6] > 200)
    skull = labels == np.bincount(labels.ravel())[1:].argmax() + 1  # not the head rest
    length_mm, width_mm = (np.ptp(axis) * 1.875 for axis in np.nonzero(skull))
    # Inner table 132 x 166 mm and twice 6.3 mm of bone; random shape moves each side by 3 mm, and
    # the turn by 4 degrees and the pixels by 2 mm.
    assert width_mm == pytest.approx(145, abs=8)
    assert length_mm == pytest.approx(179, abs=8)


def test_tissues_have_their_densities(healthy: Phantom):
    """Brain, skull and air where every reader looks for them."""
    middle = healthy.hu[6]  # z = 9 mm: lateral ventricles, no skull base
    brain = middle[40:90, 44:84]
    assert 24 < np.median(brain) < 36
    assert middle.max() > 900
    assert np.median(middle[:4]) == -1000


def test_ventricles_hold_fluid(healthy: Phantom):
    # Fluid of 6 HU, with white matter of 28 HU in the same 1.9 mm pixel at the edge.
    assert np.percentile(healthy.hu[6][40:90, 44:84], 1) < 15


def test_noise_has_the_grain_of_a_soft_kernel():
    """Neighbours 0.47 mm apart correlate as in real head CT: 0.63-0.76, next but one 0.17-0.37.

    Measured in flat white matter of ../shared/data/phe_sich (6 patients, 12 slices, after a
    high-pass of 5 pixels).
    """
    noise = quantum_noise(256, 0.469, np.random.default_rng(0))
    neighbor = (noise[:, 1:] * noise[:, :-1]).mean()
    next_but_one = (noise[:, 2:] * noise[:, :-2]).mean()
    assert 0.63 < neighbor < 0.76
    assert 0.17 < next_but_one < 0.37
    assert noise.std() == pytest.approx(1.0, abs=1e-4)  # float32


def test_arrays_of_a_phantom_are_read_only(healthy: Phantom):
    with pytest.raises(ValueError, match="read-only"):
        healthy.hu[0, 0, 0] = 0


def test_slices_rise_by_the_slice_distance(healthy: Phantom):
    np.testing.assert_allclose(healthy.geometry.thickness_mm, 12.5)
    assert healthy.geometry.offsets_mm[0] == pytest.approx(-66.0)


def test_later_scan_shows_the_same_head_with_noise_of_its_own(small_settings, small_phantom):
    again = simulate_head(small_settings, seed=5, scan=1)
    np.testing.assert_array_equal(again.hematoma, small_phantom.hematoma)
    difference = again.hu[6, 50:78, 50:78].astype(float) - small_phantom.hu[6, 50:78, 50:78]
    # Two independent noises of 2.8 HU; within 15 %, as 784 correlated pixels tell.
    assert difference.std() == pytest.approx(2.8 * np.sqrt(2), rel=0.15)
