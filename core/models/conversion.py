"""PyTorch's networks turned into OpenVINO's, by OpenVINO's own reader of traced networks."""

from pathlib import Path

import openvino
import torch
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder
from torch import Tensor, nn

from core.models.card import ModelCard
from core.models.networks import HematomaNet
from core.models.released import read_networks


def converted(folder: Path, card: ModelCard) -> tuple[openvino.Model, openvino.Model]:
    """Classifier and U-Net of a model folder, each for one slice at a time."""
    classifier, hematoma_net = read_networks(folder, card)
    return (
        _traced(classifier, card.input.classifier_px),
        _traced(_Outlines(hematoma_net), card.input.size_px),
    )


class _Outlines(nn.Module):
    """The U-Net as a function of tensors alone."""

    def __init__(self, hematoma_net: HematomaNet) -> None:
        super().__init__()
        self.hematoma_net = hematoma_net

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        found = self.hematoma_net.segment(images)
        return found.mask_logits, found.bottleneck


def _traced(network: nn.Module, size_px: int) -> openvino.Model:
    """A network of images (1, 1, S, S).

    ``openvino.convert_model`` does the same, and reports to its maker that it was called.
    """
    example = torch.zeros(1, 1, size_px, size_px)
    with torch.inference_mode():
        decoder = TorchScriptPythonDecoder(
            network.eval(), example_input=(example,), trace_kwargs={"check_trace": False}
        )
    reader = FrontEndManager().load_by_framework("pytorch")
    model: openvino.Model = reader.convert(reader.load(decoder))
    model.reshape([1, 1, size_px, size_px])
    return model
