"""PyTorch's networks turned into OpenVINO's, by OpenVINO's own reader of traced networks."""

from pathlib import Path

import openvino
import torch
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder
from torch import Tensor, nn

from core.models.card import ModelCard
from core.models.converted import Converted
from core.models.networks import HematomaNet, SliceClassifier
from core.models.released import read_networks


def converted(folder: Path, card: ModelCard) -> Converted:
    """Networks of a model folder, each for one slice at a time."""
    classifier, hematoma_net = read_networks(folder, card)
    small, image = (
        torch.zeros(1, 1, size, size) for size in (card.input.classifier_px, card.input.size_px)
    )
    stem, encoder = _Stem(classifier).eval(), _Encoder(hematoma_net).eval()
    with torch.inference_mode():
        maps, features = stem(small), encoder(image)
    return Converted(
        stem=_traced(stem, small),
        classifier=_traced(_Classifier(classifier), maps),
        encoder=_traced(encoder, image),
        decoder=_traced(_Decoder(hematoma_net, image), *features),
    )


class _Stem(nn.Module):
    """What the first convolution of the classifier sees, (1, h, w, C): channels last, as below."""

    def __init__(self, classifier: SliceClassifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, images: Tensor) -> Tensor:
        return self.classifier.stem(images).permute(0, 2, 3, 1)


class _Classifier(nn.Module):
    """Logit and features of what the stem saw, as a function of tensors alone."""

    def __init__(self, classifier: SliceClassifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        found = self.classifier.look_on(maps.permute(0, 3, 1, 2))
        return found.logit, found.features


class _Encoder(nn.Module):
    """The features of the U-Net's encoder, the largest first, (1, h, w, C).

    Channels last, as both halves compute: else each would turn them over, a tenth of the time.
    """

    def __init__(self, hematoma_net: HematomaNet) -> None:
        super().__init__()
        self.encoder = hematoma_net.unet.encoder

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        features = self.encoder(images)[1:]  # the first is the image
        return tuple(feature.permute(0, 2, 3, 1) for feature in features)


class _Decoder(nn.Module):
    """Mask logits of these features; of the image the decoder takes the size alone."""

    def __init__(self, hematoma_net: HematomaNet, image: Tensor) -> None:
        super().__init__()
        self.unet = hematoma_net.unet
        self.image = image

    def forward(self, *features: Tensor) -> Tensor:
        skips = [feature.permute(0, 3, 1, 2) for feature in features]
        logits: Tensor = self.unet.segmentation_head(self.unet.decoder([self.image, *skips]))
        return logits


def _traced(network: nn.Module, *example: Tensor) -> openvino.Model:
    """A network of inputs like the example, and of no other size.

    ``openvino.convert_model`` does the same, and reports to its maker that it was called.
    """
    with torch.inference_mode():
        decoder = TorchScriptPythonDecoder(
            network.eval(), example_input=example, trace_kwargs={"check_trace": False}
        )
    reader = FrontEndManager().load_by_framework("pytorch")
    model: openvino.Model = reader.convert(reader.load(decoder))
    model.reshape(
        {port: list(given.shape) for port, given in zip(model.inputs, example, strict=True)}
    )
    return model
