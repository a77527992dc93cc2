"""A head scanned in thin slices is measured as the same head in slices of 5 mm."""

from dataclasses import replace

import numpy as np
import pytest

from core.assets import bundled_model
from core.domain import Series, Volume
from core.imaging.measures import volume_ml
from core.models.folder import load_model
from core.models.preprocessing import InputSpec, prepare, prepare_mask, restore
from core.models.runtime import choose_runtime
from core.pipeline import STAGES, find_hematoma
from core.progress import Stages, silent
from core.simulate.phantom import Phantom, PhantomSettings, simulate_head

SERIES = Series(uid="1", files=(), format="dicom", modality="CT")
USUAL = PhantomSettings(matrix=256, n_slices=20, lowest_slice_mm=-46.0)
# Noise as of slices of 0.625 mm that are averaged to 5 mm: more by the root of eight.
THIN = replace(USUAL, n_slices=160, slice_distance_mm=0.625, planes_per_slice=1, noise_hu=8.0)


@pytest.fixture(scope="module")
def phantoms() -> list[Phantom]:
    return [simulate_head(settings, seed=5) for settings in (USUAL, THIN)]


def test_slabs_of_thin_slices_keep_the_volume_of_an_outline(phantoms: list[Phantom]) -> None:
    for phantom in phantoms:
        prepared = prepare(Volume(phantom.hu, phantom.geometry, SERIES), InputSpec())
        shares = prepare_mask(phantom.hematoma, prepared)
        back = restore(shares, prepared, phantom.hu.shape[1:]) >= 0.5
        found_ml = volume_ml(np.asarray(back[prepared.slab_of_slice]), phantom.geometry)
        assert found_ml == pytest.approx(phantom.volume_ml, rel=0.05)


def test_volume_does_not_hang_on_the_thickness_of_the_slices(phantoms: list[Phantom]) -> None:
    model = load_model(bundled_model(), choose_runtime("cpu"))
    found_ml = []
    for phantom in phantoms:
        volume = Volume(phantom.hu, phantom.geometry, SERIES)
        mask = find_hematoma(volume, model, Stages(silent, STAGES)).segmentation.mask
        found_ml.append(volume_ml(mask, volume.geometry))
    assert found_ml[0] == pytest.approx(30.0, rel=0.05)
    assert found_ml[1] == pytest.approx(found_ml[0], rel=0.05)
