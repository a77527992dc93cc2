"""Vessels with contrast agent, put into a simulated head and into real ones."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.dicom import choose_head_ct, find_series, read_volume
from core.domain import FloatArray, Series, Severity, Volume
from core.imaging.enhancement import dense_brain
from core.imaging.skull import coarse_head, head_frame
from core.simulate.hematoma import HematomaSettings
from core.simulate.phantom import PhantomSettings, simulate_head
from tests.dicom.make import quality_of

# Radius, and a way through the head in mm left, to the back and up from its middle.
VESSELS = (
    (1.5, ((3, -8, -22), (20, -8, -20), (36, -10, -12))),  # middle cerebral artery
    (1.2, ((36, -10, -12), (41, 2, 0), (44, 18, 14), (42, 30, 25))),
    (1.0, ((36, -10, -12), (42, -14, 0), (46, -8, 18))),
    (1.2, ((3, -10, -22), (2, -28, -10), (2, -42, 5), (2, -38, 25), (2, -15, 32))),  # anterior
    (1.6, ((0, 0, -45), (0, -2, -25))),  # basilar
    (1.1, ((0, -2, -25), (16, 8, -18), (20, 30, -12), (10, 52, -5))),  # posterior
    (1.2, ((2, -5, 6), (2, 20, 8), (0, 33, 2))),  # internal cerebral veins
    (2.5, ((0, 33, 2), (0, 60, -10))),  # straight sinus
)
SERIES = Series(uid="1", files=(), format="dicom", modality="CT", description="Head")


def along(line: Iterable[tuple[float, float, float]]) -> FloatArray:
    ends = np.array(list(line), float)
    steps = np.linspace(0, 1, 60, endpoint=False)[:, None]
    return np.concatenate([a + steps * (b - a) for a, b in zip(ends, ends[1:], strict=False)])


def enhanced(volume: Volume, vessel_hu: float) -> Volume:
    """The volume with the vessels of VESSELS, thinned by what of a slice they fill."""
    head = coarse_head(volume)
    frame = head_frame(head)
    geometry = volume.geometry
    step_mm = float(np.median(np.diff(geometry.offsets_mm)))
    top_mm = geometry.offsets_mm[head.slab_of_slice == np.flatnonzero(head.below_mm == 0)[0]].mean()
    rows, columns = np.indices((geometry.rows, geometry.columns))
    down = rows * geometry.pixel_spacing_mm[0] - frame.middle[0]
    across = columns * geometry.pixel_spacing_mm[1] - frame.middle[1]
    back = -(down * frame.forward[0] + across * frame.forward[1]) / frame.half_length_mm * 89
    left = np.abs(down * frame.forward[1] - across * frame.forward[0]) / frame.half_width_mm * 72
    share = np.zeros(geometry.shape)
    planes = max(1, round(step_mm))
    for k, offset_mm in enumerate(geometry.offsets_mm):
        for plane in (np.arange(planes) + 0.5) / planes - 0.5:
            up = 78 - top_mm + offset_mm + plane * step_mm
            for radius_mm, line in VESSELS:
                for x, y, z in along(line):
                    square = radius_mm**2 - (z - up) ** 2
                    if square > 0:
                        inside = (left - x) ** 2 + (back - y) ** 2 < square
                        share[k][inside] += 1 / planes
    share = share.clip(0, 1)
    return replace(volume, hu=(volume.hu + share * (vessel_hu - volume.hu)).astype(np.int16))


def severity(volume: Volume) -> Severity | None:
    found = [f.severity for f in quality_of(volume) if f.code == "contrast-agent"]
    return found[0] if found else None


@pytest.fixture(scope="module")
def head() -> Volume:
    settings = PhantomSettings(hematoma=HematomaSettings(), matrix=240, planes_per_slice=1)
    phantom = simulate_head(settings, seed=5)
    return Volume(phantom.hu, phantom.geometry, SERIES)


@pytest.mark.parametrize("vessel_hu", [220, 400])
def test_angiography_is_refused_whatever_its_header_says(head: Volume, vessel_hu: float) -> None:
    angiography = enhanced(head, vessel_hu)
    assert severity(angiography) is Severity.REFUSAL
    (finding,) = (f for f in quality_of(angiography) if f.severity is Severity.REFUSAL)
    assert "denser than 120 HU" in finding.message


def test_agent_that_only_the_header_knows_is_a_warning(head: Volume) -> None:
    assert severity(head) is None  # calcified pineal and plexus and a hematoma
    named = replace(head, series=replace(SERIES, contrast_agent="Ultravist"))
    assert severity(named) is Severity.WARNING
    (finding,) = (f for f in quality_of(named) if f.code == "contrast-agent")
    assert "yet no vessels" in finding.message


def test_densities_cut_to_a_window_say_nothing_of_vessels(head: Volume) -> None:
    angiography = enhanced(head, 300)
    windowed = replace(angiography, hu=angiography.hu.clip(-20, 100))
    assert severity(windowed) is None
    named = replace(windowed, series=replace(SERIES, contrast_agent="Ultravist"))
    assert severity(named) is Severity.WARNING


def test_thin_noisy_slices_are_no_vessels() -> None:
    settings = PhantomSettings(
        matrix=160, planes_per_slice=1, n_slices=100, slice_distance_mm=1.5, noise_hu=15.0
    )
    phantom = simulate_head(settings, seed=7)
    assert severity(Volume(phantom.hu, phantom.geometry, SERIES)) is None


def test_real_head_passes_and_with_vessels_does_not(shared_data: Path) -> None:
    volume = read_volume(choose_head_ct(find_series(shared_data / "dicom_ge_head")))
    plain = dense_brain(coarse_head(volume))
    assert plain.volume_ml < 0.3
    assert plain.slabs < 4
    assert severity(enhanced(volume, 300)) is Severity.REFUSAL


@pytest.mark.parametrize("patient", ["0048", "0064", "0088", "0124"])
def test_vessels_that_touch_bone_are_seen(patient: str, shared_data: Path) -> None:
    path = shared_data / "phe_sich" / f"{patient}_ct.nii.gz"
    volume = read_volume(choose_head_ct(find_series(path)))
    dense = replace(volume, hu=np.where(volume.hu >= 100, 1000, volume.hu))  # its window ends there
    assert dense_brain(coarse_head(enhanced(dense, 200))).is_enhanced
    assert not dense_brain(coarse_head(dense)).is_enhanced
