"""PyTorch's side of the engine: the one place of ``eval``, ``inference_mode`` and autocast."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.models.engine import Engine
from core.models.networks import HematomaNet, SliceClassifier
from core.models.preprocessing import stacks
from core.models.runtime import Runtime
from core.models.segmented import Segmented

Network = TypeVar("Network", bound=nn.Module)
_BATCH = 4


def placed(network: Network, runtime: Runtime) -> Network:
    """The same network, its weights on the device in channels-last order."""
    channels_last: Any = {"memory_format": torch.channels_last}  # torch's stubs do not know it
    network.to(runtime.device, **channels_last)
    return network


def placed_for_ever(network: Network, runtime: Runtime) -> Network:
    """The same network on the device, to be shared: it answers, and learns nothing any more."""
    return placed(network, runtime).eval().requires_grad_(False)


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
        batch = torch.from_numpy(images[start : start + size, np.newaxis])
        yield batch.to(runtime.device, memory_format=torch.channels_last)


class TorchNetworks:
    """Classifier and U-Net on PyTorch, as ``core.models.engine.Networks``.

    What sees the images computes in float32 always: see ``core.models.openvino_networks``.
    """

    def __init__(
        self, classifier: SliceClassifier, hematoma_net: HematomaNet, runtime: Runtime
    ) -> None:
        self.classifier = placed_for_ever(classifier, runtime)
        self.hematoma_net = placed_for_ever(hematoma_net, runtime)
        self._runtime = runtime
        for first in (self.classifier.body.conv1, self.hematoma_net.unet.encoder):
            first.forward = torch.autocast(runtime.device, enabled=False)(first.forward)

    def classify(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logit of hematoma per slice, (n,), and the features (n, F) that it is read from."""
        logits = [np.zeros(0, np.float32)]
        features = [np.zeros((0, self.classifier.body.num_features), np.float32)]
        with self._answering():
            for batch in batches(images, self._runtime):
                found = self.classifier.look(batch)
                logits.append(_array(found.logit))
                features.append(_array(found.features))
        return np.concatenate(logits), np.concatenate(features)

    def segment(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Mask logits (n, S, S) and the encoder's last features (n, C, S/16, S/16)."""
        side, channels = images.shape[1], self.hematoma_net.unet.encoder.out_channels[-1]
        masks = [np.zeros((0, side, side), np.float32)]
        features = [np.zeros((0, channels, side // 16, side // 16), np.float32)]
        with self._answering():
            for batch in batches(images, self._runtime):
                found = self.hematoma_net.segment(batch)
                masks.append(_array(found.mask_logits[:, 0]))
                features.append(_array(found.bottleneck))
        return np.concatenate(masks), np.concatenate(features)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Context of a forward pass; both of its switches are the calling thread's alone."""
        with torch.inference_mode(), self._runtime.autocast():
            yield


def torch_engine(
    classifier: SliceClassifier, hematoma_net: HematomaNet, runtime: Runtime
) -> Engine:
    """Engine of networks on PyTorch."""
    networks = TorchNetworks(classifier, hematoma_net, runtime)
    return Engine(networks, lambda: networks.hematoma_net.head, runtime)


def slice_logits(head: Any, segmented: Segmented, runtime: Runtime) -> NDArray[np.float32]:
    """Logit of expansion per segmented slab, (n,), in float32."""
    with torch.inference_mode():
        logits = [
            _array(head(*seen, segmented.field_mm).slice_logit)
            for seen in head_batches(segmented, runtime)
        ]
    return np.concatenate([np.zeros(0, np.float32), *logits])


def head_batches(
    segmented: Segmented, runtime: Runtime, size: int = _BATCH
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """What the expansion head is given, at most ``size`` slabs at a time, on the device.

    Channels first: the head averages its images pixel by pixel before all else.
    Stacks (N, 2 * REACH + 1, S, S), soft masks (N, 1, S, S) and features (N, C, S/16, S/16).
    """
    for start in range(0, len(segmented.slabs), size):
        part = slice(start, start + size)
        stacked, masks, features = (
            torch.from_numpy(values).to(runtime.device)
            for values in (
                stacks(segmented.images, segmented.slabs[part]),
                segmented.mask_logits[part, np.newaxis],
                segmented.bottleneck[part],
            )
        )
        yield stacked, masks.sigmoid(), features


def _array(tensor: Tensor) -> NDArray[np.float32]:
    found: NDArray[np.float32] = tensor.float().cpu().numpy()
    return found
