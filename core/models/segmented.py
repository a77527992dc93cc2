"""Segmented slabs of a study, as every engine gives them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from core.domain import BoolArray

_ALMOST = 1e-4  # a reader's 0 and 1 as probabilities whose logits are finite


@dataclass(frozen=True, slots=True, eq=False)
class Segmented:
    """Segmented slabs with the encoder's features, so that nothing is encoded twice.

    ``images`` are all slabs of the study (slabs, S, S), squares with a side of ``field_mm``;
    ``slabs`` (n,) are the indices of the segmented, ``mask_logits`` (n, S, S) their outlines and
    ``bottleneck`` (n, C, S/16, S/16) the encoder's last features, all float32.
    """

    images: NDArray[np.float32]
    slabs: NDArray[np.intp]
    mask_logits: NDArray[np.float32]
    bottleneck: NDArray[np.float32]
    field_mm: float

    def of(self, kept: BoolArray) -> "Segmented":
        """Some of the segmented slabs; ``kept`` is (n,)."""
        return replace(
            self,
            slabs=self.slabs[kept],
            mask_logits=self.mask_logits[kept],
            bottleneck=self.bottleneck[kept],
        )

    def outlined(self, masks: NDArray[np.float32]) -> "Segmented":
        """The same slabs with the hematoma where masks (n, S, S) in [0, 1] have it."""
        return replace(self, mask_logits=logit(masks.clip(_ALMOST, 1 - _ALMOST)))

    @property
    def p_mask(self) -> NDArray[np.float32]:
        """Probability of hematoma per pixel of the segmented slabs, (n, S, S)."""
        p: NDArray[np.float32] = expit(self.mask_logits)
        return p
