"""A head scanned in thin slices is measured as the same head in slices of 5 mm."""

from dataclasses import replace

import pytest

from core.assets import bundled_model
from core.domain import Series, Volume
from core.imaging.measures import volume_ml
from core.models.folder import load_model
from core.models.runtime import choose_runtime
from core.pipeline import STAGES, find_hematoma
from core.progress import Stages, silent
from core.simulate.phantom import PhantomSettings, simulate_head

SERIES = Series(uid="1", files=(), format="dicom", modality="CT")
USUAL = PhantomSettings(matrix=256, n_slices=20, lowest_slice_mm=-46.0)
# Noise as of slices of 0.625 mm that are averaged to 5 mm: more by the root of eight.
THIN = replace(USUAL, n_slices=160, slice_distance_mm=0.625, planes_per_slice=1, noise_hu=8.0)


def test_volume_does_not_hang_on_the_thickness_of_the_slices() -> None:
    model = load_model(bundled_model(), choose_runtime("cpu"))
    found = []
    for settings in (USUAL, THIN):
        phantom = simulate_head(settings, seed=5)
        volume = Volume(phantom.hu, phantom.geometry, SERIES)
        hematoma = find_hematoma(volume, model, Stages(silent, STAGES))
        found.append(volume_ml(hematoma.segmentation.mask, volume.geometry))
    assert found[0] > 5
    assert found[1] == pytest.approx(found[0], rel=0.05)
