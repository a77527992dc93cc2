"""Losses of the three objectives."""

from segmentation_models_pytorch.losses import DiceLoss
from torch import Tensor
from torch.nn import functional

from core.models.networks import ExpansionOutput

_dice = DiceLoss(mode="binary", from_logits=True)
_MASK_LEVEL_WEIGHTS = (1.0, 1.0, 0.5)  # strides 8, 16, 32
_RARE_HEMATOMA = 3.0  # positive weight where hematoma is a small part of a coarse map


def segmentation_loss(mask_logits: Tensor, masks: Tensor) -> Tensor:
    """Dice plus binary cross-entropy (the paper's); both (N, 1, H, W), masks in [0, 1]."""
    dice: Tensor = _dice(mask_logits, (masks > 0.5).float())
    return dice + functional.binary_cross_entropy_with_logits(mask_logits, masks)


def mask_level_loss(maps: tuple[Tensor, ...], masks: Tensor) -> Tensor:
    """Auxiliary loss of the classifier: each coarse map against the mask averaged to its grid.

    maps: logits (N, 1, h, w) at strides 8, 16, 32.  Averages are tripled so that a small hematoma
    still counts where it fills a third of a cell.
    """
    total = masks.new_zeros(())
    for weight, logits in zip(_MASK_LEVEL_WEIGHTS, maps, strict=True):
        height, width = logits.shape[-2:]
        target = (functional.adaptive_avg_pool2d(masks, (height, width)) * 3).clamp(max=1)
        cross_entropy = functional.binary_cross_entropy_with_logits(
            logits, target, pos_weight=logits.new_tensor(_RARE_HEMATOMA)
        )
        total = total + weight * (cross_entropy + _soft_dice(logits, target))
    return total


def expansion_loss(output: ExpansionOutput, labels: Tensor, consistency_weight: float) -> Tensor:
    """Cross-entropy of both scores against the label, plus lambda times their disagreement (L1).

    The consistency term is DESIGN's reading of the paper's: evidence for expansion that lies
    outside the predicted hematoma makes the two scores differ, and is penalised.  labels: (N,) in
    [0, 1]; soft labels are risks.
    """
    slice_loss = functional.binary_cross_entropy_with_logits(output.slice_logit, labels)
    hematoma_loss = functional.binary_cross_entropy_with_logits(output.hematoma_logit, labels)
    disagreement = (output.slice_logit.sigmoid() - output.hematoma_logit.sigmoid()).abs().mean()
    return slice_loss + hematoma_loss + consistency_weight * disagreement


def _soft_dice(logits: Tensor, target: Tensor) -> Tensor:
    p = logits.sigmoid()
    overlap = (p * target).sum()
    dice: Tensor = 1 - (2 * overlap + 1) / (p.sum() + target.sum() + 1)
    return dice
