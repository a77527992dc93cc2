"""The paper's three networks (Lee 2024, Fig. 2): classify, segment, predict expansion.

Every forward takes images in [0, 1], float (N, 1, H, W), H and W divisible by 16.
"""

from dataclasses import dataclass
from typing import Any, cast

import segmentation_models_pytorch as smp
import timm
import torch
from torch import Tensor, nn

CLASSIFIER_BODY = "seresnext50_32x4d"
ENCODER = "tu-tf_efficientnet_lite0"
STRIDE = 16  # of the U-Net's bottleneck and so of the expansion head's feature map
_LAST_BLOCK_OF_STRIDE_16 = 4
_DECODER_CHANNELS = (128, 64, 32, 16)
_IMAGE_BRANCH_CHANNELS = (16, 32, 64, 96)
_FUSED_CHANNELS = 96
_EVIDENCE_AT_START = -6.0  # a hematoma of 50 cells then starts at a risk of about 0.1
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
    """Logits of expansion, (N,) each: from the whole slice, and from the hematoma alone."""

    slice_logit: Tensor
    hematoma_logit: Tensor


class ExpansionHead(nn.Module):
    """Fig. 2c: CT features of the hematoma, joined with the segmentation encoder's, to one logit.

    ``fusion`` is the last convolution of features; Grad-CAM looks there.  A score is the
    log-sum-exp of evidence over a region, so that all evidence outside the hematoma raises the
    score of the slice above that of the hematoma alone, and the consistency loss sees it.
    """

    def __init__(self, bottleneck_channels: int) -> None:
        super().__init__()
        widths = (1, *_IMAGE_BRANCH_CHANNELS)
        self.image_branch = nn.Sequential(
            *(_downsample(a, b) for a, b in zip(widths[:-1], widths[1:], strict=True))
        )
        self.fusion = nn.Conv2d(widths[-1] + bottleneck_channels, _FUSED_CHANNELS, 3, padding=1)
        self.drop = nn.Dropout2d(0.1)
        self.evidence = nn.Conv2d(_FUSED_CHANNELS, 1, 1)
        nn.init.constant_(cast(Tensor, self.evidence.bias), _EVIDENCE_AT_START)

    def forward(self, images: Tensor, soft_mask: Tensor, bottleneck: Tensor) -> ExpansionOutput:
        """Score the slice and the hematoma alone; ``soft_mask`` is in [0, 1], (N, 1, H, W)."""
        ct = self.image_branch(images * soft_mask)  # (N, 96, H/16, W/16)
        features = torch.relu(self.fusion(torch.cat([ct, bottleneck], dim=1)))
        evidence = self.evidence(self.drop(features)).float()  # (N, 1, H/16, W/16)
        inside = nn.functional.adaptive_max_pool2d(soft_mask.float(), evidence.shape[-2:])
        return ExpansionOutput(
            evidence.logsumexp(dim=(1, 2, 3)),
            (evidence + inside.clamp(min=_OUTSIDE).log()).logsumexp(dim=(1, 2, 3)),
        )


class HematomaNet(nn.Module):
    """Fig. 2b and 2c in one module: a U-Net, and the expansion head on its encoder."""

    def __init__(self) -> None:
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
        self.head = ExpansionHead(self.unet.encoder.out_channels[-1])

    def segment(self, images: Tensor) -> SegmentationOutput:
        """Outline the hematoma in each slice."""
        features = self.unet.encoder(images)
        mask_logits = self.unet.segmentation_head(self.unet.decoder(features))
        return SegmentationOutput(mask_logits, features[-1])

    def expansion(self, images: Tensor, segmented: SegmentationOutput) -> ExpansionOutput:
        """Score each slice from its image, predicted soft mask and bottleneck features."""
        soft_mask = torch.sigmoid(segmented.mask_logits)
        output: ExpansionOutput = self.head(images, soft_mask, segmented.bottleneck)
        return output

    def forward(self, images: Tensor) -> ExpansionOutput:
        """Segment, then score: the Image-to-HE network as a whole."""
        return self.expansion(images, self.segment(images))


def _downsample(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )
