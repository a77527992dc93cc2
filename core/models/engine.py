"""Runs the networks: the one place of ``eval``, ``inference_mode``, autocast and devices.

**What sessions, threads and workers share is immutable or locked.**  An engine's networks are
shared: in eval for ever, their weights without gradients, nothing ever hung on them.  Who needs
hooks or gradients takes ``Engine.own_head``, a copy that belongs to the call.  Which assessment
computes when is the business of ``core.queue``, the one lock of a device.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.domain import BoolArray
from core.errors import UsageError
from core.models.networks import (
    FIELD_MM,
    HematomaNet,
    SegmentationOutput,
    SliceClassifier,
)
from core.models.preprocessing import stacks

Network = TypeVar("Network", bound=nn.Module)
DeviceName = Literal["auto", "cpu", "cuda"]
_BATCH = 4
_ALMOST = 1e-4  # a reader's 0 and 1 as probabilities whose logits are finite


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where the networks run and in which arithmetic.

    ``bfloat16`` is for convolutions, where the processor has it (about twice as fast); weights stay
    float32 and results come back as float32.
    """

    device: torch.device
    bfloat16: bool

    def autocast(self) -> torch.autocast:
        """Context in which networks compute."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16)


def choose_runtime(name: DeviceName = "auto") -> Runtime:
    """Runtime of a device; "auto" is CUDA where there is one.

    Raises
    ------
    UsageError
        CUDA was asked for and there is none.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise UsageError(
            "Found no CUDA device (or a CPU build of torch), expected one.",
            "Use --device cpu, or install a CUDA build of torch and its driver.",
        )
    if name != "cpu" and torch.cuda.is_available():
        return Runtime(torch.device("cuda"), torch.cuda.is_bf16_supported())
    return Runtime(torch.device("cpu"), _cpu_has_bfloat16())


def described(runtime: Runtime) -> str:
    """Runtime in words, for a person."""
    arithmetic = "bfloat16" if runtime.bfloat16 else "float32"
    if runtime.device.type == "cuda":
        return f"{torch.cuda.get_device_name(runtime.device)}, {arithmetic}"
    return f"CPU, {torch.get_num_threads()} threads, {arithmetic}"


def placed(network: Network, runtime: Runtime) -> Network:
    """The same network, its weights on the device in channels-last order."""
    channels_last: Any = {"memory_format": torch.channels_last}  # torch's stubs do not know it
    network.to(runtime.device, **channels_last)
    return network


@contextmanager
def inference(network: nn.Module, runtime: Runtime) -> Iterator[None]:
    """Context in which a network under training answers and learns nothing.

    Its mode is restored at the end: only for a network that belongs to one thread.
    """
    was_training = network.training
    network.eval()
    try:
        with torch.inference_mode(), runtime.autocast():
            yield
    finally:
        network.train(was_training)


def batches(images: NDArray[np.float32], runtime: Runtime, size: int = _BATCH) -> Iterator[Tensor]:
    """Images (slices, S, S) as tensors (N, 1, S, S) of at most ``size``, on the device."""
    for start in range(0, len(images), size):
        yield placed_batch(images[start : start + size, np.newaxis], runtime)


def placed_batch(images: NDArray[np.float32], runtime: Runtime) -> Tensor:
    """Images or stacks (N, C, S, S) as a tensor on the device, channels last."""
    return torch.from_numpy(images).to(runtime.device, memory_format=torch.channels_last)


class Engine:
    """The trained networks on a device: images in [0, 1] in, probabilities out.

    Safe to call from many threads at once; see the rule at the head of this module.
    """

    def __init__(
        self, classifier: SliceClassifier, hematoma_net: HematomaNet, runtime: Runtime
    ) -> None:
        self.runtime = runtime
        self.classifier = placed(classifier, runtime).eval().requires_grad_(False)
        self.hematoma_net = placed(hematoma_net, runtime).eval().requires_grad_(False)

    def classify(self, images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of hematoma per slice, (slices,)."""
        return self.look(images).p_hematoma

    def look(self, images: NDArray[np.float32]) -> "Looked":
        """The same with the features that a study is compared with others by."""
        with self._answering():
            found = [self.classifier.look(batch) for batch in batches(images, self.runtime)]
        features = [one.features.float().cpu().numpy() for one in found]
        return Looked(
            _probabilities([one.logit for one in found]),
            np.concatenate(features) if features else np.zeros((0, 0), np.float32),
        )

    def segment(
        self, images: NDArray[np.float32], wanted: BoolArray, field_mm: float = FIELD_MM
    ) -> "Segmented":
        """Outline of the hematoma in the wanted slabs of a study, of which all are given.

        ``field_mm`` is the side of their square in mm.
        """
        with self._answering():
            parts = [
                self.hematoma_net.segment(batch) for batch in batches(images[wanted], self.runtime)
            ]
        return Segmented(images, np.flatnonzero(wanted), tuple(parts), self.runtime, field_mm)

    def expansion(self, segmented: "Segmented") -> NDArray[np.float64]:
        """DL score per slice: the probability of expansion by the slice alone, (slices,)."""
        with self._answering():
            logits = [
                self.hematoma_net.expansion(batch, part, segmented.field_mm).slice_logit
                for batch, part in segmented.batches()
            ]
        return _probabilities(logits)

    def own_head(self) -> nn.Module:
        """A copy of the expansion head for one caller, to hang hooks on and to ask for gradients.

        A quarter of a million weights, copied in milliseconds.
        """
        head: nn.Module = copy.deepcopy(self.hematoma_net.head)
        return head.requires_grad_(True)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Context of a forward pass; both of its switches are the calling thread's alone."""
        with torch.inference_mode(), self.runtime.autocast():
            yield


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Probability of hematoma per slice (slices,), and the classifier's features (slices, F)."""

    p_hematoma: NDArray[np.float64]
    features: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Segmented:
    """Segmented slabs with the encoder's features, so that nothing is encoded twice.

    ``images`` are all slabs of the study (slabs, S, S), squares with a side of ``field_mm``;
    ``slabs`` are the indices of the segmented.
    """

    images: NDArray[np.float32]
    slabs: NDArray[np.intp]
    parts: tuple[SegmentationOutput, ...]
    runtime: Runtime
    field_mm: float

    def batches(self) -> Iterator[tuple[Tensor, SegmentationOutput]]:
        """Stacks (N, 2 * REACH + 1, S, S) with what the U-Net made of their middle slabs."""
        start = 0
        for part in self.parts:
            middles = self.slabs[start : start + len(part.mask_logits)]
            yield placed_batch(stacks(self.images, middles), self.runtime), part
            start += len(middles)

    def outlined(self, masks: NDArray[np.float32]) -> "Segmented":
        """The same slabs with the hematoma where masks (slabs, S, S) in [0, 1] have it."""
        logits = torch.from_numpy(masks)[:, None].logit(_ALMOST).to(self.runtime.device)
        split = logits.split([len(part.mask_logits) for part in self.parts]) if self.parts else ()
        parts = (
            replace(part, mask_logits=mine) for part, mine in zip(self.parts, split, strict=True)
        )
        return replace(self, parts=tuple(parts))

    @property
    def p_mask(self) -> NDArray[np.float32]:
        """Probability of hematoma per pixel of the segmented slabs, (slabs, S, S)."""
        if not self.parts:
            return np.zeros_like(self.images[:0])
        logits = torch.cat([part.mask_logits for part in self.parts])  # (N, 1, S, S)
        p: NDArray[np.float32] = logits.float().sigmoid().cpu().numpy()[:, 0]
        return p


def _probabilities(logits: list[Tensor]) -> NDArray[np.float64]:
    if not logits:
        return np.zeros(0)
    return np.asarray(torch.cat(logits).double().sigmoid().cpu().numpy())


def _cpu_has_bfloat16() -> bool:
    """Whether bfloat16 convolutions are done by the processor and not emulated."""
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))
