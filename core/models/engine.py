"""The trained networks behind one interface: images in, probabilities out, whatever computes.

**What sessions, threads and workers share is immutable or locked.**  An engine's networks are
shared: PyTorch's in eval for ever, their weights without gradients, nothing ever hung on them;
OpenVINO's compiled once, each call with an inference request of its own.  Who needs hooks or
gradients takes ``Engine.own_head``, a copy that belongs to the call.  Which assessment computes
when is the business of ``core.queue``, the one lock of a device.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from core.domain import BoolArray
from core.models.preprocessing import FIELD_MM
from core.models.runtime import Runtime
from core.models.segmented import Segmented

if TYPE_CHECKING:
    from torch import nn


class Networks(Protocol):
    """Classifier and U-Net; any thread may call them at any time.  Images are (n, S, S)."""

    def classify(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logit of hematoma per slice, (n,), and the features (n, F) that it is read from."""
        ...

    def segment(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Mask logits (n, S, S) and the encoder's last features (n, C, S/16, S/16)."""
        ...


class Engine:
    """The trained networks: images in [0, 1] in, probabilities out.

    Safe to call from many threads at once; see the rule at the head of this module.
    """

    def __init__(
        self, networks: Networks, shared_head: "Callable[[], nn.Module]", runtime: Runtime
    ) -> None:
        """``shared_head`` gives the expansion head, always the same, in eval, on the device.

        It may have to wait for it: torch takes a second to import, in which others compute.
        """
        self.networks = networks
        self.runtime = runtime
        self._shared_head = shared_head

    def classify(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of hematoma per slice, (slices,)."""
        return self.look(images).p_hematoma

    def look(self, images: NDArray[np.float32]) -> "Looked":
        """The same with the features that a study is compared with others by."""
        logits, features = self.networks.classify(images)
        return Looked(_probabilities(logits), features)

    def segment(
        self, images: NDArray[np.float32], wanted: BoolArray, field_mm: float = FIELD_MM
    ) -> Segmented:
        """Outline of the hematoma in the wanted slabs of a study, of which all are given.

        ``field_mm`` is the side of their square in mm.
        """
        mask_logits, bottleneck = self.networks.segment(images[wanted])
        return Segmented(images, np.flatnonzero(wanted), mask_logits, bottleneck, field_mm)

    def expansion(self, segmented: Segmented) -> NDArray[np.float64]:
        """DL score per slice: the probability of expansion by the slice alone, (slices,)."""
        from core.models.torch_networks import slice_logits  # noqa: PLC0415  torch: see __init__

        return _probabilities(slice_logits(self.head, segmented, self.runtime))

    @property
    def head(self) -> Any:
        """The expansion head that all share."""
        return self._shared_head()

    def own_head(self) -> "nn.Module":
        """A copy of the expansion head for one caller, to hang hooks on and to ask for gradients.

        A quarter of a million weights, copied in milliseconds.
        """
        head: nn.Module = copy.deepcopy(self.head)
        return head.requires_grad_(True)


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Probability of hematoma per slice (slices,), and the classifier's features (slices, F)."""

    p_hematoma: NDArray[np.float64]
    features: NDArray[np.float32]


def _probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    p: NDArray[np.float64] = expit(logits.astype(np.float64))
    return p
