"""A released model's own memory of what it answers: stored input and output."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from core.errors import ModelInvalidError
from core.models.engine import Engine
from core.models.preprocessing import InputSpec, shrunk

TOLERANCE = 0.02
"""Of a probability: bfloat16 against float32 arithmetic changed one by at most 0.004."""


def write_golden(engine: Engine, image: NDArray[np.float32], spec: InputSpec, path: Path) -> None:
    """Store an image in [0, 1] (S, S) and what the networks say of it."""
    stored = image.astype(np.float16)
    save_file({"image": stored, **answers(engine, stored, spec)}, path)


def golden_difference(engine: Engine, spec: InputSpec, path: Path) -> float:
    """Largest change of a probability against the stored answers.

    Raises
    ------
    ModelInvalidError
        The file does not hold an image and its answers.
    """
    try:
        stored = load_file(path)
        now = answers(engine, stored["image"], spec)
        return float(np.max([np.abs(now[name] - stored[name]).max() for name in now]))
    except (SafetensorError, KeyError, ValueError) as error:
        raise ModelInvalidError(
            f"{path.name} does not hold an image and what the networks say of it.",
            "Copy the model folder again from its release.",
        ) from error


def answers(
    engine: Engine, image: NDArray[np.float16], spec: InputSpec
) -> dict[str, NDArray[np.float32]]:
    """Probability of hematoma, share of the slice that is hematoma, and DL score."""
    images = image.astype(np.float32)[None]  # (1, S, S)
    segmented = engine.segment(images, np.array([True]))
    return {
        "p_hematoma": engine.classify(shrunk(images, spec.classifier_px)).astype(np.float32),
        "mask_share": segmented.p_mask.mean(axis=(1, 2)),
        "dl_score": engine.expansion(segmented).astype(np.float32),
    }
