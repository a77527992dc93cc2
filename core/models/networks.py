"""The paper's three networks (Lee 2024, Fig. 2): classify, segment, predict expansion.

Every forward takes images in [0, 1], float (N, 1, H, W), H and W divisible by 16.  The expansion
head takes stacks (N, 2 * REACH + 1, H, W): the slab in the middle, its neighbors on either side.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import segmentation_models_pytorch as smp
import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.models.preprocessing import REACH

CLASSIFIER_BODY = "seresnext50_32x4d"
ENCODER = "tu-tf_efficientnet_lite0"
STRIDE = 16  # of the U-Net's bottleneck and so of the expansion head's feature map
_LAST_BLOCK_OF_STRIDE_16 = 4
_DECODER_CHANNELS = (128, 64, 32, 16)
_AVERAGED = 4  # pixels a side, before the image branch: 1 mm of a head of 150 mm
_IMAGE_BRANCH_CHANNELS = (32, 64)
_BOTTLENECK_CHANNELS = 16  # as many as are kept of the encoder's: it knows masks, not outcomes
_FUSED_CHANNELS = 96
_EVIDENCE_AT_START = -1.0  # a risk near the base rate
_OUTSIDE = 1e-6  # weight of a cell without hematoma


class SliceClassifier(nn.Module):
    """Fig. 2a: does this slice hold hematoma?  SE-ResNeXt-50, one logit."""

    def __init__(self, *, imagenet: bool = False) -> None:
        """``imagenet`` asks timm for its weights, from a hub: for training only."""
        super().__init__()
        self.body: Any = timm.create_model(
            CLASSIFIER_BODY, in_chans=1, num_classes=1, pretrained=imagenet
        )

    def forward(self, images: Tensor) -> Tensor:
        """Logit of hematoma per slice, (N,)."""
        logits: Tensor = self.body(images)  # (N, 1)
        return logits[:, 0]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentationOutput:
    """Mask logits (N, 1, H, W) and the encoder's last features (N, C, H/16, W/16)."""

    mask_logits: Tensor
    bottleneck: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class ExpansionOutput:
    """Logits of expansion, (N,) each: from the whole slice, and from the hematoma alone.

    ``evidence`` is the logit of each cell, (N, 1, H/16, W/16).
    """

    slice_logit: Tensor
    hematoma_logit: Tensor
    evidence: Tensor


class ExpansionHead(nn.Module):
    """Fig. 2c: CT features of the hematoma, joined with the segmentation encoder's, to one logit.

    ``fusion`` is the last convolution of features; Grad-CAM looks there.  Every cell of 16 x 16
    pixels gives evidence for or against expansion, and says how much it counts (attention pooling,
    arXiv 1802.04712).  The score of the hematoma alone is the mean of its own cells, that of the
    slice of all cells: attention outside the hematoma makes the two differ, and the consistency
    loss sees it.
    """

    def __init__(self, bottleneck_channels: int) -> None:
        super().__init__()
        first, last = _IMAGE_BRANCH_CHANNELS
        self.image_branch = nn.Sequential(
            _convolution(2 * REACH + 2, first, stride=2),  # the stack and the hematoma's outline
            _convolution(first, last, stride=2),
            _convolution(last, _FUSED_CHANNELS, stride=1),
        )
        self.bottleneck_branch = nn.Sequential(
            nn.Conv2d(bottleneck_channels, _BOTTLENECK_CHANNELS, 1, bias=False),
            nn.BatchNorm2d(_BOTTLENECK_CHANNELS),
            nn.ReLU(inplace=True),
        )
        self.fusion = nn.Conv2d(
            _FUSED_CHANNELS + _BOTTLENECK_CHANNELS, _FUSED_CHANNELS, 3, padding=1
        )
        self.drop = nn.Dropout2d(0.1)
        self.evidence = nn.Conv2d(_FUSED_CHANNELS, 1, 1)
        self.attention = nn.Conv2d(_FUSED_CHANNELS, 1, 1)
        nn.init.constant_(cast(Tensor, self.evidence.bias), _EVIDENCE_AT_START)

    def see_only(self, branch: Literal["image", "bottleneck"]) -> None:
        """Train without the features of the other branch, to see what they are worth.

        The weights on them are 0 and stay so: they get no gradient.
        """
        weight = self.fusion.weight
        used = torch.zeros_like(weight[:1])
        used[:, :_FUSED_CHANNELS] = float(branch == "image")
        used[:, _FUSED_CHANNELS:] = float(branch == "bottleneck")
        with torch.no_grad():
            weight *= used
        weight.register_hook(lambda gradient: gradient * used.to(gradient.device))

    def forward(self, stacks: Tensor, soft_mask: Tensor, bottleneck: Tensor) -> ExpansionOutput:
        """Score the slice and the hematoma alone; ``soft_mask`` is in [0, 1], (N, 1, H, W)."""
        return self.score(*self.look(stacks, soft_mask), bottleneck)

    def look(self, stacks: Tensor, soft_mask: Tensor) -> tuple[Tensor, Tensor]:
        """What the image branch is given (N, 2 * REACH + 2, H/4, W/4), and hematoma by cell."""
        seen = functional.avg_pool2d(torch.cat([stacks, soft_mask], dim=1), _AVERAGED)
        cells = soft_mask.shape[-2] // STRIDE, soft_mask.shape[-1] // STRIDE
        return seen, functional.adaptive_max_pool2d(soft_mask.float(), cells)

    def score(self, seen: Tensor, inside: Tensor, bottleneck: Tensor) -> ExpansionOutput:
        """Score what ``look`` saw; ``inside`` is (N, 1, H/16, W/16)."""
        ct = self.image_branch(seen)  # (N, 96, H/16, W/16)
        encoded = self.bottleneck_branch(bottleneck)  # (N, 16, H/16, W/16)
        features = self.drop(torch.relu(self.fusion(torch.cat([ct, encoded], dim=1))))
        evidence = self.evidence(features).float()  # (N, 1, H/16, W/16)
        cells = evidence.flatten(1)
        attention = self.attention(features).float().flatten(1)
        inside_attention = attention + inside.flatten(1).clamp(min=_OUTSIDE).log()
        return ExpansionOutput(
            (attention.softmax(dim=1) * cells).sum(dim=1),
            (inside_attention.softmax(dim=1) * cells).sum(dim=1),
            evidence,
        )


class HematomaNet(nn.Module):
    """Fig. 2b and 2c in one module: a U-Net, and the expansion head on its encoder.

    ``head`` makes the head from the number of the bottleneck's channels.
    """

    def __init__(self, head: Callable[[int], nn.Module] = ExpansionHead) -> None:
        super().__init__()
        self.unet = smp.Unet(
            ENCODER,
            encoder_weights=None,
            in_channels=1,
            classes=1,
            encoder_depth=len(_DECODER_CHANNELS),
            decoder_channels=_DECODER_CHANNELS,
        )
        del self.unet.encoder.model.blocks[_LAST_BLOCK_OF_STRIDE_16 + 1 :]  # never read at depth 4
        self.head: Any = head(self.unet.encoder.out_channels[-1])

    def segment(self, images: Tensor) -> SegmentationOutput:
        """Outline the hematoma in each slice; of stacks, in their middle slabs."""
        middle = images.shape[1] // 2
        images = images[:, middle : middle + 1]
        features = self.unet.encoder(images)
        mask_logits = self.unet.segmentation_head(self.unet.decoder(features))
        return SegmentationOutput(mask_logits, features[-1])

    def expansion(self, stacks: Tensor, segmented: SegmentationOutput) -> ExpansionOutput:
        """Score each middle slab from its stack, predicted soft mask and bottleneck features."""
        soft_mask = torch.sigmoid(segmented.mask_logits)
        output: ExpansionOutput = self.head(stacks, soft_mask, segmented.bottleneck)
        return output

    def forward(self, stacks: Tensor) -> ExpansionOutput:
        """Segment, then score: the Image-to-HE network as a whole."""
        return self.expansion(stacks, self.segment(stacks))


def _convolution(in_channels: int, out_channels: int, *, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )
