"""The paper's three networks (Lee 2024, Fig. 2): classify, segment, predict expansion.

Every forward takes images in [0, 1], float (N, 1, H, W), H and W divisible by 16.  The expansion
head takes stacks (N, 2 * REACH + 1, H, W): the slab in the middle, its neighbors on either side.
Networks see a head that fills the square, whatever its size; the expansion head is told the side of
the square in mm and looks at the hematoma in millimeters, for size is half of what it judges.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.models.preprocessing import FIELD_MM, REACH
from core.models.torch_compat import ensure_torchvision

CLASSIFIER_BODY = "seresnext50_32x4d"
ENCODER = "tu-tf_efficientnet_lite0"
ENCODER_CHANNELS = 112  # of its last features, at stride 16
_LAST_BLOCK_OF_STRIDE_16 = 4
_DECODER_CHANNELS = (128, 64, 32, 16)
_AVERAGED = 4  # pixels a side, before they are brought to the grid of the expansion head
_GRID_PX = 128
_GRID_MM = FIELD_MM  # side of what the expansion head sees, about the middle of the head: 1.6 mm
_CELL_PX = 4  # a side, of that grid: 6.4 mm
_IMAGE_BRANCH_CHANNELS = (32, 64)
_BOTTLENECK_CHANNELS = 16  # as many as are kept of the encoder's: it knows masks, not outcomes
_FUSED_CHANNELS = 96
_EVIDENCE_AT_START = -1.0  # a risk near the base rate
_OUTSIDE = 1e-6  # weight of a cell without hematoma


@dataclass(frozen=True, slots=True, eq=False)
class ClassifierOutput:
    """Logit of hematoma per slice (N,), and the pooled features (N, 2048) that it is read from."""

    logit: Tensor
    features: Tensor


class SliceClassifier(nn.Module):
    """Fig. 2a: does this slice hold hematoma?  SE-ResNeXt-50, one logit."""

    def __init__(self) -> None:
        super().__init__()
        ensure_torchvision()
        import timm  # noqa: PLC0415  a second, which the head alone does not need

        self.body: Any = timm.create_model(CLASSIFIER_BODY, in_chans=1, num_classes=1)

    def forward(self, images: Tensor) -> Tensor:
        """Logit of hematoma per slice, (N,)."""
        return self.look(images).logit

    def look(self, images: Tensor) -> ClassifierOutput:
        """The same logit with its features."""
        return self.look_on(self.stem(images))

    def stem(self, images: Tensor) -> Tensor:
        """What the first convolution sees, (N, 64, H/4, W/4)."""
        body = self.body
        maps: Tensor = body.maxpool(body.act1(body.bn1(body.conv1(images))))
        return maps

    def look_on(self, maps: Tensor) -> ClassifierOutput:
        """Logit and features of what ``stem`` saw."""
        body = self.body
        for stage in (body.layer1, body.layer2, body.layer3, body.layer4):
            maps = stage(maps)  # at last (N, 2048, H/32, W/32)
        features: Tensor = body.forward_head(maps, pre_logits=True)
        logits: Tensor = body.get_classifier()(features)  # (N, 1)
        return ClassifierOutput(logits[:, 0], features)


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

    Every cell of 6.4 x 6.4 mm gives evidence for or against expansion, and says how much it counts
    (attention pooling, arXiv 1802.04712).  The score of the hematoma alone is the mean of its own
    cells, that of the slice of all cells: attention outside the hematoma makes the two differ, and
    the consistency loss sees it.
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
        self.counted = nn.Identity()
        nn.init.constant_(cast(Tensor, self.evidence.bias), _EVIDENCE_AT_START)

    @property
    def explained(self) -> nn.Module:
        """Where Grad-CAM looks: at the features, each cell's as much as it counts.

        From there one linear layer leads to the score, so that the map of Grad-CAM is each cell's
        part in it.  Before the attention it would also show cells that count for nothing.
        """
        return self.counted

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

    def forward(
        self, stacks: Tensor, soft_mask: Tensor, bottleneck: Tensor, field_mm: float
    ) -> ExpansionOutput:
        """Score the slice and the hematoma alone; ``soft_mask`` is in [0, 1], (N, 1, H, W)."""
        return self.score(*self.look(stacks, soft_mask, bottleneck, field_mm))

    def look(
        self, stacks: Tensor, soft_mask: Tensor, bottleneck: Tensor, field_mm: float
    ) -> tuple[Tensor, Tensor]:
        """What the branches are given: stack and outline (N, 2 * REACH + 2, 128, 128), features.

        The encoder's features come on the grid of the cells, (N, C, 32, 32).
        """
        seen = torch.cat([in_millimeters(maps, field_mm) for maps in (stacks, soft_mask)], dim=1)
        cells = _GRID_PX // _CELL_PX
        return seen, _resampled(bottleneck, field_mm, _GRID_MM, cells)

    def score(self, seen: Tensor, bottleneck: Tensor) -> ExpansionOutput:
        """Score what ``look`` saw."""
        ct = self.image_branch(seen)  # (N, 96, 32, 32)
        encoded = self.bottleneck_branch(bottleneck)  # (N, 16, 32, 32)
        features = self.drop(torch.relu(self.fusion(torch.cat([ct, encoded], dim=1))))
        attention = self.attention(features).float()  # (N, 1, 32, 32)
        inside = functional.max_pool2d(seen[:, -1:].float(), _CELL_PX)
        inside_attention = attention + inside.clamp(min=_OUTSIDE).log()
        return ExpansionOutput(
            self._evidence_of(self.counted(_as_it_counts(features, attention))),
            self._evidence_of(_as_it_counts(features, inside_attention)),
        )

    def _evidence_of(self, counted: Tensor) -> Tensor:
        """Logit (N,) of features whose cells add up."""
        weight, bias = self.evidence.weight[:, :, 0, 0], self.evidence.bias
        return functional.linear(counted.sum(dim=(2, 3)), weight, bias)[:, 0].float()

    def on_network_grid(self, maps: Tensor, field_mm: float) -> Tensor:
        """Maps (N, 1, S, S) of the head's own square as maps of the networks' square."""
        return _resampled(maps, _GRID_MM, field_mm, maps.shape[-1])


class HematomaNet(nn.Module):
    """Fig. 2b and 2c in one module: a U-Net, and the expansion head on its encoder.

    ``head`` makes the head from the number of the bottleneck's channels.
    """

    def __init__(self, head: Callable[[int], nn.Module] = ExpansionHead) -> None:
        super().__init__()
        ensure_torchvision()
        import segmentation_models_pytorch as smp  # noqa: PLC0415  as above

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

    def expansion(
        self, stacks: Tensor, segmented: SegmentationOutput, field_mm: float
    ) -> ExpansionOutput:
        """Score each middle slab from its stack, predicted soft mask and bottleneck features."""
        soft_mask = torch.sigmoid(segmented.mask_logits)
        output: ExpansionOutput = self.head(stacks, soft_mask, segmented.bottleneck, field_mm)
        return output

    def forward(self, stacks: Tensor, field_mm: float = FIELD_MM) -> ExpansionOutput:
        """Segment, then score: the Image-to-HE network as a whole."""
        return self.expansion(stacks, self.segment(stacks), field_mm)


def _as_it_counts(features: Tensor, attention: Tensor) -> Tensor:
    """Features (N, C, h, w), each cell's times its share of the attention (N, 1, h, w)."""
    share = attention.flatten(1).softmax(dim=1).view_as(attention)
    return features.float() * share


def in_millimeters(maps: Tensor, field_mm: float) -> Tensor:
    """Maps (N, C, S, S) of the networks' square on the grid of the expansion head, 0 outside."""
    return _resampled(functional.avg_pool2d(maps, _AVERAGED), field_mm, _GRID_MM, _GRID_PX)


def _resampled(maps: Tensor, from_mm: float, to_mm: float, size: int) -> Tensor:
    """Maps of one square on the size x size pixels of another about the same middle, 0 outside."""
    maps = maps.float()
    zoom = torch.eye(2, 3, device=maps.device) * (to_mm / from_mm)
    shape = [len(maps), maps.shape[1], size, size]
    grid = functional.affine_grid(zoom.expand(len(maps), 2, 3), shape, align_corners=False)
    return functional.grid_sample(maps, grid, align_corners=False)


def _convolution(in_channels: int, out_channels: int, *, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )
