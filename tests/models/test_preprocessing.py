from dataclasses import replace

import numpy as np
import pytest

from core.domain import Series, Volume
from core.imaging.head import head_box
from core.models.preprocessing import InputSpec, prepare, restore, shrunk, to_network_grid
from tests.dicom.make import axial_geometry, head_hu

SPEC = InputSpec(size_px=128)


def volume(hu: np.ndarray, step_mm: float = 5.0) -> Volume:
    series = Series(uid="1.2", files=(), format="dicom", modality="CT")
    return Volume(hu, axial_geometry(hu.shape, step_mm=step_mm), series)


def test_window_of_the_card_is_mapped_to_zero_and_one() -> None:
    images = prepare(volume(head_hu((6, 128, 128))), SPEC).images
    assert images.min() == 0.0  # air, far below 0 HU
    assert images.max() == 1.0  # skull, far above 100 HU
    brain = images[0, 64, 64]
    assert brain == pytest.approx(0.30, abs=1e-6)  # 30 HU in a window of 0 to 100


def test_mask_comes_back_where_it_was() -> None:
    ct = volume(head_hu((24, 128, 128)))
    truth = (ct.hu == 65).astype(np.float32)
    prepared = prepare(ct, SPEC)
    there = to_network_grid(truth, prepared.box, SPEC.size_px)
    back = restore(there, prepared, (128, 128)) >= 0.5
    overlap = (back & (truth > 0)).sum()
    # two interpolations move the edge by less than half a pixel
    assert 2 * overlap / (back.sum() + truth.sum()) > 0.95


def test_box_that_reaches_beyond_the_frame_is_padded_with_air_and_undone() -> None:
    hu = head_hu((6, 64, 64))[:, :, 14:]  # the head touches the left edge: the square does not fit
    prepared = prepare(volume(hu), SPEC)
    assert head_box(hu).column < 0
    assert prepared.images[0, 64, 0] == 0.0
    back = restore(prepared.images, prepared, hu.shape[1:])
    assert back.shape == hu.shape
    assert back[0, 32, 25] == pytest.approx(0.30, abs=0.01)


@pytest.mark.parametrize(
    ("step_mm", "slabs"), [(5.0, 10), (3.0, 5), (2.5, 5), (1.25, 3), (1.0, 2), (7.0, 10)]
)
def test_thin_slices_are_averaged_to_slabs(step_mm: float, slabs: int) -> None:
    prepared = prepare(volume(head_hu((10, 64, 64)), step_mm), SPEC)
    assert len(prepared.images) == slabs
    assert len(prepared.slab_of_slice) == 10


def test_slab_is_the_mean_of_its_slices() -> None:
    hu = head_hu((4, 64, 64))
    hu[hu == 65] = 30
    hu[1][hu[1] == 30] = 50
    prepared = prepare(volume(hu, step_mm=2.5), SPEC)
    assert prepared.images[0, 64, 64] == pytest.approx(0.40, abs=1e-6)  # of 30 and 50 HU
    assert prepared.images[1, 64, 64] == pytest.approx(0.30, abs=1e-6)


def test_slab_half_of_bone_is_bright_as_in_a_thick_slice() -> None:
    hu = head_hu((4, 64, 64))
    hu[0, 30:34, 30:34], hu[1, 30:34, 30:34] = 1000, 30
    thin, thick = volume(hu, step_mm=2.5), volume(hu.reshape(2, 2, 64, 64).mean(1).astype(np.int16))
    images = prepare(thin, SPEC).images
    assert images[0, 64, 64] == 1.0
    np.testing.assert_allclose(images, prepare(thick, SPEC).images, atol=0.01)


def test_map_of_a_slab_is_given_to_each_of_its_slices() -> None:
    prepared = prepare(volume(head_hu((4, 64, 64)), step_mm=2.5), SPEC)
    maps = np.zeros_like(prepared.images)
    maps[1] = 1.0
    on_pixels = restore(maps, prepared, (64, 64))[prepared.slab_of_slice]
    assert on_pixels[:, 32, 32].tolist() == [0, 0, 1, 1]


def test_shrunk_image_is_the_mean_of_its_pixels() -> None:
    images = np.arange(2 * 4 * 4, dtype=np.float32).reshape(2, 4, 4)
    halved = shrunk(images, 2)
    assert halved[0].tolist() == [[2.5, 4.5], [10.5, 12.5]]  # of 0 1 4 5; 2 3 6 7; ...
    assert shrunk(images, 4) is images
    assert shrunk(images[:0], 2).shape == (0, 2, 2)


def test_size_of_the_card_decides_the_network_grid() -> None:
    for size_px in (64, 192):
        spec = replace(SPEC, size_px=size_px)
        assert prepare(volume(head_hu((3, 64, 64))), spec).images.shape == (3, size_px, size_px)
