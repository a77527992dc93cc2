import dataclasses

import pytest
import torch

from core.training.batches import Batch, BatchSource
from core.training.data import TrainingStudy
from core.training.settings import CLASSIFIER_PRESETS, HEMATOMA_PRESETS, Stage

CPU = CLASSIFIER_PRESETS["cpu"]


def tensors(batch: Batch) -> list[torch.Tensor]:
    return [getattr(batch, field.name) for field in dataclasses.fields(batch)]


def test_step_can_be_drawn_again(studies: tuple[TrainingStudy, ...]) -> None:
    stage = Stage("classify", 64, 80, 1e-3)
    source = BatchSource(studies, stage, CPU, seed=3)
    fifth = source.batch(5)
    source.batch(6)
    again = BatchSource(studies, stage, CPU, seed=3).batch(5)
    for a, b in zip(tensors(fifth), tensors(again), strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(fifth.images, source.batch(6).images)


def test_half_of_a_balanced_batch_is_hematoma(studies: tuple[TrainingStudy, ...]) -> None:
    batch = BatchSource(studies, Stage("classify", 64, 80, 1e-3), CPU, seed=0).batch(0)
    assert batch.has_hematoma.sum().item() == 4


def test_slices_come_as_they_are_where_no_share_is_asked(
    studies: tuple[TrainingStudy, ...],
) -> None:
    source = BatchSource(
        studies, Stage("classify", 64, 80, 1e-3, batch_size=64), CLASSIFIER_PRESETS["paper"], seed=0
    )
    drawn = torch.cat([source.batch(step).has_hematoma for step in range(10)])
    # 1 of 12 slices; 640 draws have a standard error of 0.011
    assert drawn.mean().item() == pytest.approx(1 / 12, abs=0.04)


def test_segmentation_never_sees_a_slice_whose_mask_is_excluded(
    studies: tuple[TrainingStudy, ...],
) -> None:
    stage = Stage("segment", 64, 80, 1e-3, batch_size=32)
    source = BatchSource(studies, stage, HEMATOMA_PRESETS["cpu"], seed=0)
    assert all(source.batch(step).mask_usable.all() for step in range(3))


@pytest.mark.parametrize("preset", ["paper", "cpu"])
def test_augmented_slice_keeps_its_size_and_range(
    studies: tuple[TrainingStudy, ...], preset: str
) -> None:
    settings = CLASSIFIER_PRESETS[preset]
    batch = BatchSource(studies, Stage("classify", 64, 80, 1e-3), settings, seed=0).batch(0)
    assert batch.images.shape == batch.masks.shape == (8, 1, 64, 64)
    assert batch.images.min() >= 0
    assert batch.images.max() <= 1


def test_mask_moves_with_its_image(studies: tuple[TrainingStudy, ...]) -> None:
    stage = Stage("segment", 64, 320, 1e-3, batch_size=32)
    batch = BatchSource(studies, stage, CLASSIFIER_PRESETS["paper"], seed=0).batch(0)
    held = batch.has_hematoma > 0
    assert held.any()
    for image, mask in zip(batch.images[held], batch.masks[held], strict=True):
        assert image[mask > 0.9].mean() == pytest.approx(0.65, abs=0.05)  # 65 HU
