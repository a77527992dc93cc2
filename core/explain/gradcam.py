"""Grad-CAM of the expansion head (doi 10.1007/s11263-019-01228-7): where the DL score comes from.

Only a copy of the head is run, forth and back: hooks and gradients belong to one call, for another
thread's pass through the shared head would leave its activations, another patient's, in this map.
The encoder ran once, without gradients, on whatever engine.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import interpolate

from core.explain.grad_cam_library import GradCAM
from core.models.engine import Engine
from core.models.segmented import Segmented
from core.models.torch_networks import head_batches

_BRIGHT_FROM = 0.9
_CELLS = 64  # in rows and columns: maps are as coarse as the head's
_FAINTEST = 1e-4
"""Less is seen by nobody, and slow: a subnormal number as a half float, which maps are kept in."""


def activation_maps(engine: Engine, segmented: Segmented) -> NDArray[np.float32]:
    """Grad-CAM where the head says so, per slice, (slices, S, S), in [0, 1].

    A pixel's part in the patient's score, which is a mean of the slices' by the area of hematoma,
    on one scale for the study.  Where a slice speaks against expansion, its map stays dark.
    """
    head = engine.own_head()
    field_mm = segmented.field_mm
    maps = [_maps(head, *seen, field_mm) for seen in head_batches(segmented, engine.runtime)]
    found = np.concatenate(maps) if maps else np.zeros_like(segmented.images[:0])
    found /= max(_bright(found), float(np.finfo(np.float32).tiny))
    found[found < _FAINTEST] = 0
    return np.minimum(found, 1, out=found)


def _bright(maps: NDArray[np.float32]) -> float:
    """Level above which a tenth of the score lies: one small spot does not darken all else."""
    step = max(1, maps.shape[-1] // _CELLS)
    levels = np.sort(maps[:, ::step, ::step], axis=None)
    if not len(levels):
        return 0.0
    parts = levels.cumsum(dtype=np.float64)
    return float(levels[np.searchsorted(parts, _BRIGHT_FROM * parts[-1])])


def _maps(
    head: Any, stacks: Tensor, soft_mask: Tensor, bottleneck: Tensor, field_mm: float
) -> NDArray[np.float32]:
    """Parts of the slices' logits, as large as they are, times the area of hematoma."""
    scored = _HeadOfSegmented(head, soft_mask, bottleneck, field_mm)
    with _UnscaledGradCAM(model=scored, target_layers=[head.explained]) as grad_cam:
        grad_cam(input_tensor=stacks, targets=[_expansion_logit] * len(stacks))
        parts = torch.from_numpy(grad_cam.parts)[:, None]
    parts *= soft_mask.sum(dim=(2, 3), keepdim=True).cpu()
    own = interpolate(parts, size=stacks.shape[-2:], mode="bilinear")
    found: NDArray[np.float32] = head.on_network_grid(own, field_mm)[:, 0].numpy()
    return found


class _UnscaledGradCAM(GradCAM):  # type: ignore[misc]
    """Grad-CAM that keeps its maps as they are before each is scaled to one, (slices, h, w)."""

    parts: NDArray[np.float32]

    def get_cam_image(self, *arguments: Any, **options: Any) -> NDArray[np.float32]:
        maps: NDArray[np.float32] = super().get_cam_image(*arguments, **options)
        self.parts = np.maximum(maps, 0)
        return maps


def _expansion_logit(output: Tensor) -> Tensor:
    return output[0]


class _HeadOfSegmented(nn.Module):
    """The head as a function of the stacks alone, as grad-cam wants it."""

    def __init__(self, head: Any, soft_mask: Tensor, bottleneck: Tensor, field_mm: float) -> None:
        super().__init__()
        self.head = head
        self.soft_mask = soft_mask
        self.bottleneck = bottleneck
        self.field_mm = field_mm

    def forward(self, stacks: Tensor) -> Tensor:
        output = self.head(stacks, self.soft_mask, self.bottleneck, self.field_mm)
        logits: Tensor = output.slice_logit
        return logits[:, None]  # (N, 1): grad-cam wants a row of classes a slice
