"""What is taken for brain, and what is not: simulated heads, real ones, and what is no head."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.dicom import choose_head_ct, find_series, read_volume
from core.domain import Geometry, Series, Severity, Volume
from core.imaging.brain_seen import BrainSeen, brain_seen
from core.imaging.skull import coarse_head
from core.simulate.phantom import PhantomSettings, simulate_head
from tests.dicom.make import axial_geometry, quality_of

SERIES = Series(uid="1", files=(), format="dicom", modality="CT", description="Head")
SHAPE = (30, 256, 256)
Y, X = np.mgrid[-1:1:256j, -1:1:256j]


def volume_of(hu: np.ndarray, pixel_mm: float) -> Volume:
    noise = np.random.default_rng(1).normal(0, 4, hu.shape)
    geometry: Geometry = axial_geometry(hu.shape, pixel_spacing_mm=(pixel_mm, pixel_mm))
    return Volume((hu + noise).astype(np.int16), geometry, SERIES)


def seen(volume: Volume) -> BrainSeen | None:
    head = coarse_head(volume)
    return None if head is None else brain_seen(head)


def chest(*, whole_ribs: bool) -> Volume:
    hu = np.full(SHAPE, -1000.0)
    hu[:, np.hypot(Y / 0.65, X / 0.92) < 1] = 40
    for middle in (-0.42, 0.42):
        hu[:, np.hypot(Y / 0.42, (X - middle) / 0.3) < 1] = -850
    hu[:, np.hypot((Y - 0.45) / 0.12, X / 0.12) < 1] = 400
    rib = np.abs(np.hypot(Y / 0.55, X / 0.82) - 0.98) < 0.04
    for index in range(len(hu)):
        gap = np.cos(12 * np.arctan2(Y, X) + index) < -0.2
        hu[index][rib & (whole_ribs | ~gap)] = 400
    return volume_of(hu, 1.5)


def bottle(inside_hu: float, wall_hu: float) -> Volume:
    hu = np.full(SHAPE, -1000.0)
    radius = np.hypot(Y, X)
    hu[:, radius < 0.92] = wall_hu
    hu[:, radius < 0.85] = inside_hu
    return volume_of(hu, 0.94)


def abdomen() -> Volume:
    hu = np.full(SHAPE, -1000.0)
    hu[:, np.hypot(Y / 0.7, X / 0.92) < 1] = -100
    hu[:, np.hypot(Y / 0.55, X / 0.75) < 1] = 45
    hu[:, np.hypot((Y - 0.4) / 0.12, X / 0.12) < 1] = 400
    return volume_of(hu, 1.5)


@pytest.mark.parametrize(
    "volume",
    [chest(whole_ribs=False), chest(whole_ribs=True), abdomen(), bottle(0, 0), bottle(0, 130)],
    ids=["chest", "closed chest", "abdomen", "water", "bottle of water"],
)
def test_what_is_no_head_is_refused(volume: Volume) -> None:
    found = seen(volume)
    assert found is None or found.tissue_hu < 12
    assert Severity.REFUSAL in {finding.severity for finding in quality_of(volume)}


@pytest.mark.parametrize(
    "settings",
    [
        PhantomSettings(matrix=192, planes_per_slice=1),
        PhantomSettings(matrix=128, n_slices=12, lowest_slice_mm=-26.0),
        PhantomSettings(matrix=160, planes_per_slice=1, n_slices=100, slice_distance_mm=1.5),
        PhantomSettings(matrix=128, n_slices=18, slice_distance_mm=8.0, hematoma=None, atrophy=2.0),
    ],
    ids=["usual", "part", "thin", "thick and old"],
)
def test_simulated_heads_show_brain(settings: PhantomSettings) -> None:
    phantom = simulate_head(settings, seed=5)
    volume = Volume(phantom.hu, phantom.geometry, SERIES)
    assert not {f.code for f in quality_of(volume)} & {
        *("no-brain-seen", "little-brain-seen", "unusual-brain-hu", "head-turned")
    }


def test_a_tilted_head_shows_brain() -> None:
    hu = np.full((24, 64, 64), -1000, np.int16)
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    for index in range(24):
        radius = np.hypot(x / 0.7, (y - 0.01 * (index - 12)) / 0.85)
        hu[index][radius < 1.0] = 1000
        hu[index][radius < 0.9] = 30
    found = seen(Volume(hu, axial_geometry(hu.shape, tilt_deg=18.0), SERIES))
    assert found is not None
    assert found.height_mm > 100
    assert found.tissue_hu == pytest.approx(30, abs=1)


@pytest.fixture(scope="module")
def real_head(shared_data: Path) -> Volume:
    return read_volume(choose_head_ct(find_series(shared_data / "dicom_ge_head")))


def test_a_real_head_shows_brain_and_lies_as_it_should(real_head: Volume) -> None:
    found = seen(real_head)
    assert found is not None
    assert found.height_mm == pytest.approx(80, abs=10)
    assert found.tissue_hu == pytest.approx(32, abs=2)
    assert (found.lies_across, found.upside_down) == (False, False)


def test_a_head_that_is_turned_is_noticed(real_head: Volume) -> None:
    across = seen(replace(real_head, hu=np.rot90(real_head.hu, axes=(1, 2))))
    over = seen(replace(real_head, hu=real_head.hu[::-1]))
    assert across is not None
    assert over is not None
    assert (across.lies_across, across.upside_down) == (True, False)
    assert (over.lies_across, over.upside_down) == (False, True)


def test_inverted_densities_show_no_brain(real_head: Volume) -> None:
    assert seen(replace(real_head, hu=80 - real_head.hu)) is None


def test_every_real_head_shows_brain(shared_data: Path) -> None:
    heads = sorted((shared_data / "phe_sich").glob("*_ct.nii.gz"))[3::12]
    assert len(heads) == 8
    for head in heads:
        found = {f.code for f in quality_of(read_volume(choose_head_ct(find_series(head))))}
        assert found <= {"nifti-on-trust", "window-limited-hu", "thin-slices", "nifti-disagrees"}
