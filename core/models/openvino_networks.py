"""OpenVINO's side of the engine: classifier and U-Net, compiled for this processor."""

from pathlib import Path

import numpy as np
import openvino
from numpy.typing import NDArray

from core.models.card import ModelCard
from core.models.converted import Converted, converted_networks
from core.models.runtime import Runtime, threads


class OpenVinoNetworks:
    """Classifier and U-Net on OpenVINO, as ``core.models.engine.Networks``.

    A compiled network may be shared; an inference request may not, so each call makes its own.
    One slice at a time: on two cores batches of 2 to 8 were no faster, and want more memory.

    bfloat16 is for the classifier behind its first convolution and for the U-Net's decoder: it has
    8 significant bits, too few for the images.  With the first convolution in bfloat16, at the same
    speed, parity (``core.parity``) was missed in one of 95 patients not trained on (a slice's
    probability off by 0.0103, else by 0.0038 at most); with the U-Net's encoder, in the validation
    patients: Dice 0.990, volume 2.0 %, DL score 0.011.
    """

    def __init__(self, networks: Converted, runtime: Runtime) -> None:
        lower = "bf16" if runtime.bfloat16 else "f32"
        self._stem = _compiled(networks.stem, "f32")
        self._classifier = _compiled(networks.classifier, lower)
        self._encoder = _compiled(networks.encoder, "f32")
        self._decoder = _compiled(networks.decoder, lower)

    def classify(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logit of hematoma per slice, (n,), and the features (n, F) that it is read from."""
        stem, classifier = (
            network.create_infer_request() for network in (self._stem, self._classifier)
        )
        _, many = self._classifier.outputs[1].shape
        logits, features = (
            np.empty(len(images), np.float32),
            np.empty((len(images), many), np.float32),
        )
        for index, image in enumerate(images):
            stem.infer([_alone(image)])
            classifier.infer([stem.get_output_tensor()])
            logits[index] = classifier.get_output_tensor(0).data[0]
            features[index] = classifier.get_output_tensor(1).data[0]
        return logits, features

    def segment(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Mask logits (n, S, S) and the encoder's last features (n, C, S/16, S/16)."""
        encoder, decoder = (
            network.create_infer_request() for network in (self._encoder, self._decoder)
        )
        outlets = range(len(self._encoder.outputs))
        _, rows, columns, channels = self._encoder.outputs[-1].shape
        masks = np.empty_like(images)
        bottleneck = np.empty((len(images), channels, rows, columns), np.float32)
        for index, image in enumerate(images):
            encoder.infer([_alone(image)])
            features = [encoder.get_output_tensor(outlet) for outlet in outlets]
            decoder.infer(features)
            masks[index] = decoder.get_output_tensor().data[0, 0]
            bottleneck[index] = features[-1].data[0].transpose(2, 0, 1)
        return masks, bottleneck


def openvino_networks(folder: Path, card: ModelCard, runtime: Runtime) -> OpenVinoNetworks:
    """Networks of a model folder whose files are those of its card."""
    return OpenVinoNetworks(converted_networks(folder, card), runtime)


def _compiled(network: openvino.Model, precision: str) -> openvino.CompiledModel:
    settings = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": threads(),
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,  # processes side by side would share a core
    }
    return openvino.Core().compile_model(network, "CPU", settings)


def _alone(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """An image (S, S) as a batch (1, 1, S, S)."""
    return np.ascontiguousarray(image[np.newaxis, np.newaxis])
