"""Grad-CAM of the expansion head (doi 10.1007/s11263-019-01228-7): where the DL score comes from.

Only a copy of the head is run, forth and back: hooks and gradients belong to one call, for another
thread's pass through the shared head would leave its activations, another patient's, in this map.
The encoder ran once, without gradients.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.models.engine import Engine, Segmented
from core.models.networks import SegmentationOutput


def activation_maps(engine: Engine, segmented: Segmented) -> NDArray[np.float32]:
    """Grad-CAM of the last convolution per slice, each slice scaled to [0, 1], (slices, S, S)."""
    head = engine.own_head()
    field_mm = segmented.field_mm
    maps = [_maps(head, images, part, field_mm) for images, part in segmented.batches()]
    return np.concatenate(maps) if maps else np.zeros_like(segmented.images[:0])


def _maps(
    head: Any, stacks: Tensor, part: SegmentationOutput, field_mm: float
) -> NDArray[np.float32]:
    from pytorch_grad_cam import GradCAM  # noqa: PLC0415  takes scikit-learn and more with it

    scored = _HeadOfSegmented(head, part, field_mm)
    with GradCAM(model=scored, target_layers=[head.fusion]) as grad_cam:
        maps = grad_cam(input_tensor=stacks, targets=[_expansion_logit] * len(stacks))
    own = torch.from_numpy(np.asarray(maps, np.float32))[:, None]
    found: NDArray[np.float32] = head.on_network_grid(own, field_mm)[:, 0].numpy()
    return found


def _expansion_logit(output: Tensor) -> Tensor:
    return output[0]


class _HeadOfSegmented(nn.Module):
    """The head as a function of the stacks alone, as grad-cam wants it."""

    def __init__(self, head: Any, part: SegmentationOutput, field_mm: float) -> None:
        super().__init__()
        self.head = head
        self.field_mm = field_mm
        # Copies: tensors made in inference mode may not enter a graph of gradients.
        self.soft_mask = part.mask_logits.float().sigmoid().clone()
        self.bottleneck = part.bottleneck.float().clone()

    def forward(self, stacks: Tensor) -> Tensor:
        output = self.head(stacks, self.soft_mask, self.bottleneck, self.field_mm)
        logits: Tensor = output.slice_logit
        return logits[:, None]  # (N, 1): grad-cam wants a row of classes a slice
