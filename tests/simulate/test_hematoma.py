import numpy as np
import pytest
from scipy import ndimage

from core.simulate.fields import Points
from core.simulate.hematoma import Hematoma, HematomaSettings
from core.simulate.phantom import Phantom, PhantomSettings, simulate_head


@pytest.mark.parametrize(
    ("site", "volume_ml"), [("putamen", 2.0), ("putamen", 60.0), ("thalamus", 10.0), ("lobe", 25.0)]
)
def test_drawn_volume_is_the_volume_asked_for(site, volume_ml):
    settings = PhantomSettings(
        hematoma=HematomaSettings(volume_ml=volume_ml, site=site),
        matrix=128,
        n_slices=20,
        lowest_slice_mm=-46.0,
        planes_per_slice=2,
    )
    # 2 mL is 140 voxels of 1.9 x 1.9 x 5 mm, so that sampling alone may shift 2 % of it.
    assert simulate_head(settings, seed=1).volume_ml == pytest.approx(volume_ml, rel=0.02)


def test_mask_has_the_true_volume(small_phantom: Phantom):
    voxel_ml = small_phantom.geometry.pixel_area_mm2 * 5.0 / 1000
    # A mask counts a voxel whole or not at all; over hundreds of edge voxels this cancels to 3 %.
    assert small_phantom.hematoma.sum() * voxel_ml == pytest.approx(
        small_phantom.volume_ml, rel=0.03
    )


def test_half_way_density_bounds_the_true_volume(small_phantom: Phantom):
    """A reader who draws the edge half way between clot and surroundings measures the truth."""
    inside = small_phantom.hematoma
    around = ndimage.binary_dilation(inside, iterations=2)
    ring = around & ~inside
    edge_hu = (small_phantom.hu[inside].mean() + small_phantom.hu[ring].mean()) / 2
    clot = around & (small_phantom.hu > edge_hu)
    voxel_ml = small_phantom.geometry.pixel_area_mm2 * 5.0 / 1000
    # The example must be measurable within 10 %.
    assert clot.sum() * voxel_ml == pytest.approx(small_phantom.volume_ml, rel=0.10)


def test_clot_is_denser_than_brain_and_heterogeneous(small_phantom: Phantom):
    core = ndimage.binary_erosion(small_phantom.hematoma)
    assert 55 < small_phantom.hu[core].mean() < 66
    # Noise alone has 2.8 HU.
    assert small_phantom.hu[core].std() > 4


def test_a_left_hematoma_lies_at_higher_columns(small_phantom: Phantom):
    columns = np.nonzero(small_phantom.hematoma)[2]
    assert columns.mean() > small_phantom.geometry.columns / 2


def test_hypodensity_is_part_of_the_clot_only():
    def mean_hu(hypodensity):
        settings = PhantomSettings(
            hematoma=HematomaSettings(hypodensity=hypodensity),
            matrix=96,
            n_slices=6,
            lowest_slice_mm=-9.0,
            planes_per_slice=1,
        )
        phantom = simulate_head(settings, seed=3)
        return phantom.hu[phantom.hematoma].mean(), phantom.hu[~phantom.hematoma].mean()

    plain, swirl, blend = (mean_hu(kind) for kind in ("none", "swirl", "blend"))
    assert plain[0] > swirl[0] > blend[0]
    # The head around is the same; blur carries a trace across the edge.
    assert plain[1] == pytest.approx(blend[1], abs=0.1)


def test_tissue_is_pushed_away_and_bone_stays():
    hematoma = Hematoma.bleed(HematomaSettings(volume_ml=30.0), np.random.default_rng(0))
    x, y, z = hematoma.body.center_mm
    now = Points(*np.array([[x - 25, y, z], [x + 40, y, z]], np.float32).T)
    before = hematoma.displaced(now, np.array([40.0, 0.0], np.float32), mass_effect=0.5)
    # 25**3 minus half of the cube of the radius of a 30 mL sphere, 7162 mm3: 22.92**3.
    np.testing.assert_allclose(before.x, [x - 22.92, x + 40], atol=0.01)


def test_impossible_volume_is_refused():
    with pytest.raises(ValueError, match="volume_ml is -1"):
        HematomaSettings(volume_ml=-1)
