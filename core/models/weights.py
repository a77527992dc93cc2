"""Network weights on disk: safetensors, int8 or float16 in the file, float32 in use.

int8 keeps one float16 scale per output channel (symmetric, -127 ... 127); vectors, which hold
biases and batch-norm statistics, stay float32.  Never pickle.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.errors import ModelInvalidError

_SCALE = ".int8_scale"
_SMALLEST_SCALE = 2.0**-24  # of float16: a channel of zeros keeps a scale that is not zero


def write_weights(
    state: Mapping[str, Tensor], path: Path, precision: Literal["float16", "int8"]
) -> None:
    """Write a network's state; matrices and kernels in ``precision``, vectors in float32."""
    stored: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if tensor.ndim < 2:
            stored[name] = tensor.contiguous()
        elif precision == "float16":
            stored[name] = tensor.half().contiguous()
        else:
            stored[name], stored[name + _SCALE] = _quantized(tensor)
    save_file(stored, path)


def read_weights(path: Path) -> dict[str, Tensor]:
    """State of a network in float32 (counters stay integers), whatever its precision on disk.

    Raises
    ------
    ModelInvalidError
        It is no safetensors file, or a weight is not finite.
    """
    try:
        stored = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelInvalidError(
            f"{path.name} cannot be read as safetensors ({error}).",
            "Copy the model folder again from its release.",
        ) from error
    state = {
        name: _restored(tensor, stored.get(name + _SCALE))
        for name, tensor in stored.items()
        if not name.endswith(_SCALE)
    }
    for name, tensor in state.items():
        if not tensor.isfinite().all():
            raise ModelInvalidError(
                f"{name} of {path.name} is not finite throughout; finite weights expected.",
                "Copy the model folder again from its release, or train the network anew.",
            )
    return state


def _quantized(tensor: Tensor) -> tuple[Tensor, Tensor]:
    flat = tensor.flatten(1).float()  # (out, the rest)
    scale = (flat.abs().amax(dim=1) / 127).clamp(min=_SMALLEST_SCALE).half()
    whole = (flat / scale.float()[:, None]).round().clamp(-127, 127).to(torch.int8)
    return whole.reshape(tensor.shape).contiguous(), scale


def _restored(tensor: Tensor, scale: Tensor | None) -> Tensor:
    if scale is not None:
        return tensor.float() * scale.float().reshape(-1, *[1] * (tensor.ndim - 1))
    return tensor.float() if tensor.is_floating_point() else tensor
