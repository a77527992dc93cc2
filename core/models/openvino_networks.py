"""OpenVINO's side of the engine: classifier and U-Net, compiled for this processor."""

from pathlib import Path

import numpy as np
import openvino
from numpy.typing import NDArray

from core.models.card import ModelCard
from core.models.converted import converted_networks
from core.models.runtime import Runtime, threads


class OpenVinoNetworks:
    """Classifier and U-Net on OpenVINO, as ``core.models.engine.Networks``.

    A compiled network may be shared; an inference request may not, so each call makes its own.
    One slice at a time: on two cores batches of 2 to 8 were no faster, and want more memory.
    """

    def __init__(
        self, classifier: openvino.Model, segmentation: openvino.Model, runtime: Runtime
    ) -> None:
        core = openvino.Core()
        settings = {
            "INFERENCE_PRECISION_HINT": "bf16" if runtime.bfloat16 else "f32",
            "INFERENCE_NUM_THREADS": threads(),
            "NUM_STREAMS": 1,
        }
        self._classifier = core.compile_model(classifier, "CPU", settings)
        self._segmentation = core.compile_model(segmentation, "CPU", settings)

    def classify(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logit of hematoma per slice, (n,)."""
        (logits,) = _answers(self._classifier, images)
        return logits

    def segment(
        self, images: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Mask logits (n, S, S) and the encoder's last features (n, C, S/16, S/16)."""
        mask_logits, bottleneck = _answers(self._segmentation, images)
        return mask_logits[:, 0], bottleneck


def openvino_networks(folder: Path, card: ModelCard, runtime: Runtime) -> OpenVinoNetworks:
    """Classifier and U-Net of a model folder whose files are those of its card."""
    return OpenVinoNetworks(*converted_networks(folder, card), runtime)


def _answers(
    network: openvino.CompiledModel, images: NDArray[np.float32]
) -> list[NDArray[np.float32]]:
    """What a network says of images (n, S, S), one at a time: an array (n, …) an output."""
    request = network.create_infer_request()
    found = [
        np.empty((len(images), *(d.get_length() for d in list(out.partial_shape)[1:])), np.float32)
        for out in network.outputs
    ]
    for index, image in enumerate(images):
        request.infer({0: np.ascontiguousarray(image[np.newaxis, np.newaxis])})
        for port, answers in enumerate(found):
            answers[index] = request.get_output_tensor(port).data[0]
    return found
