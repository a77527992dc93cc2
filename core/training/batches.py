"""Batches of augmented slices, drawn so that every step can be drawn again.

Step k of a stage depends on the seed and k alone: training resumes as if it had never stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import albumentations as A
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from core.domain import BoolArray
from core.training.augment import augmentation
from core.training.data import TrainingStudy
from core.training.settings import Objective, Stage, TrainingSettings


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Slices with what is known of them: (N, 1, H, W) in [0, 1] and (N,)."""

    images: Tensor
    masks: Tensor
    has_hematoma: Tensor
    mask_usable: Tensor

    def to(self, device: torch.device) -> "Batch":
        """Move to a device, images channels-last."""
        return Batch(
            self.images.to(device, memory_format=torch.channels_last),
            self.masks.to(device),
            self.has_hematoma.to(device),
            self.mask_usable.to(device),
        )


class BatchSource(Dataset[Batch]):
    """Draws the batches of one stage from the training studies."""

    def __init__(
        self,
        studies: Sequence[TrainingStudy],
        stage: Stage,
        settings: TrainingSettings,
        *,
        seed: int,
        simulated: Sequence[TrainingStudy] = (),
    ) -> None:
        """``simulated`` are studies with inserted hematomas, for the share that the stage asks."""
        self._real = _Pool(studies, stage.objective)
        self._simulated = _Pool(simulated, stage.objective)
        self._stage = stage
        self._settings = settings
        self._seed = seed
        self._transform: A.Compose = augmentation(settings.augmentation, stage.size_px)

    def __getitem__(self, step: int) -> Batch:
        """The batch of a step, for torch's DataLoader."""
        return self.batch(step)

    def batch(self, step: int) -> Batch:
        """Draw the batch of a step."""
        random = np.random.default_rng((self._seed, step))
        self._transform.set_random_seed(int(random.integers(2**31)))
        return _collate([self._augmented(study, k) for study, k in self._draw(random)])

    def _draw(self, random: np.random.Generator) -> list[tuple[TrainingStudy, int]]:
        size, share = self._stage.batch_size, self._settings.hematoma_share
        simulated = round(size * self._stage.simulated_share)
        drawn = self._real.draw(random, size - simulated, share)
        if simulated:
            drawn += self._simulated.draw(random, simulated, share)
        return drawn

    def _augmented(self, study: TrainingStudy, k: int) -> Batch:
        changed = self._transform(image=study.images[k], mask=study.masks[k])
        return Batch(
            _unit(changed["image"]),
            _unit(changed["mask"]),
            torch.tensor(float(study.has_hematoma[k])),
            torch.tensor(bool(study.mask_usable[k])),
        )


class _Pool:
    """The slices of some studies that serve an objective."""

    def __init__(self, studies: Sequence[TrainingStudy], objective: Objective) -> None:
        self._studies = studies
        slices = _slices_for(objective, studies)
        hematoma = np.array([studies[i].has_hematoma[k] for i, k in slices], bool)
        self._positive, self._negative = slices[hematoma], slices[~hematoma]

    def draw(
        self, random: np.random.Generator, size: int, hematoma_share: float | None
    ) -> list[tuple[TrainingStudy, int]]:
        """Slices drawn with replacement; a share of them with hematoma where that is asked."""
        if hematoma_share is None or not len(self._negative):
            pool = np.concatenate([self._positive, self._negative])
            chosen = pool[random.integers(len(pool), size=size)]
        else:
            positives = round(size * hematoma_share)
            chosen = np.concatenate(
                [
                    self._positive[random.integers(len(self._positive), size=positives)],
                    self._negative[random.integers(len(self._negative), size=size - positives)],
                ]
            )
        return [(self._studies[i], int(k)) for i, k in chosen]


def _slices_for(objective: Objective, studies: Sequence[TrainingStudy]) -> NDArray[np.intp]:
    """Study and slice index (slices, 2): all, or those with a usable mask."""
    return np.array(
        [
            (i, k)
            for i, study in enumerate(studies)
            for k in np.flatnonzero(_is_wanted(objective, study))
        ],
        np.intp,
    ).reshape(-1, 2)


def _is_wanted(objective: Objective, study: TrainingStudy) -> BoolArray:
    if objective == "classify":
        return np.ones_like(study.has_hematoma)
    return study.mask_usable


def _unit(image: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(image)).float().div_(255)[None]  # (1, H, W)


def _collate(slices: list[Batch]) -> Batch:
    return Batch(
        torch.stack([s.images for s in slices]),  # (N, C, H, W)
        torch.stack([s.masks for s in slices]),
        torch.stack([s.has_hematoma for s in slices]),
        torch.stack([s.mask_usable for s in slices]),
    )
