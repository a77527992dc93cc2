"""The expansion head of model folders of schema hescope-model/1, so that they still answer."""

import torch
from torch import Tensor, nn

from core.models.networks import ExpansionOutput

_CHANNELS = (1, 16, 32, 64, 96)
_FUSED_CHANNELS = 96
_OUTSIDE = 1e-6  # weight of a cell without hematoma


class LogSumExpHead(nn.Module):
    """Scores a slab by the log-sum-exp of evidence in its own hematoma, without its neighbors."""

    def __init__(self, bottleneck_channels: int) -> None:
        super().__init__()
        self.image_branch = nn.Sequential(
            *(_downsample(a, b) for a, b in zip(_CHANNELS[:-1], _CHANNELS[1:], strict=True))
        )
        self.fusion = nn.Conv2d(_CHANNELS[-1] + bottleneck_channels, _FUSED_CHANNELS, 3, padding=1)
        self.evidence = nn.Conv2d(_FUSED_CHANNELS, 1, 1)

    @property
    def explained(self) -> nn.Module:
        """Where Grad-CAM looks, as in ``ExpansionHead``: here the last convolution."""
        return self.fusion

    def forward(
        self, stacks: Tensor, soft_mask: Tensor, bottleneck: Tensor, _field_mm: float
    ) -> ExpansionOutput:
        """Score the middle slabs and their hematoma alone, as ``ExpansionHead`` does."""
        middle = stacks.shape[1] // 2
        ct = self.image_branch(stacks[:, middle : middle + 1] * soft_mask)  # (N, 96, H/16, W/16)
        features = torch.relu(self.fusion(torch.cat([ct, bottleneck], dim=1)))
        evidence = self.evidence(features).float()  # (N, 1, H/16, W/16)
        inside = nn.functional.adaptive_max_pool2d(soft_mask.float(), evidence.shape[-2:])
        return ExpansionOutput(
            evidence.logsumexp(dim=(1, 2, 3)),
            (evidence + inside.clamp(min=_OUTSIDE).log()).logsumexp(dim=(1, 2, 3)),
        )

    def on_network_grid(self, maps: Tensor, _field_mm: float) -> Tensor:
        """Maps of the networks' square as they are: this head knows no other."""
        return maps


def _downsample(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )
