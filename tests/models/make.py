"""Model cards and model folders of untrained networks, for tests that need one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from core.models.card import (
    CARD,
    WORDS,
    ImageScore,
    ModelCard,
    Thresholds,
    compose_card,
    write_card,
)
from core.models.folder import CLASSIFIER, FILES, GOLDEN, HEMATOMA_NET
from core.models.golden import write_golden
from core.models.integrity import sha256
from core.models.networks import ExpansionHead, HematomaNet, SliceClassifier
from core.models.preprocessing import InputSpec
from core.models.runtime import training_runtime
from core.models.torch_networks import torch_engine
from core.models.weights import read_weights, write_weights
from core.risk.ndl import NdlMap
from core.risk.published import LEE_2024
from core.risk.risk_json import RISK, write_risk_models

DISTILLED = "distilled from a risk equation, not from follow-up"


def make_card(**changes: Any) -> ModelCard:
    """A card of small input that takes every slice, and all of the head's box, for hematoma."""
    words: Mapping[str, object] = {
        **dict.fromkeys(WORDS, "by hand"),
        "version": "1.2.3",
        "expansion_labels": DISTILLED,
        "limits": ("none known",),
    }
    numbers: dict[str, object] = {
        "input": InputSpec(size_px=64, classifier_px=32),
        "thresholds": Thresholds(1e-9, 1e-6, "by hand"),
        "ndl": NdlMap(-1.0, 0.8),
        "image_score": ImageScore(0.7, "by hand"),
        "metrics": {},
        "files": {},
    }
    return compose_card(words, numbers | changes)


def write_untrained_model(
    folder: Path, head: Callable[[int], nn.Module] = ExpansionHead, **changes: Any
) -> Path:
    """The same folder, with networks that know nothing."""
    torch.manual_seed(1)  # of which Grad-CAM shows something
    classifier, hematoma_net = SliceClassifier(), HematomaNet(head)
    write_weights(classifier.state_dict(), folder / CLASSIFIER, "int8")
    write_weights(hematoma_net.state_dict(), folder / HEMATOMA_NET, "float16")
    write_risk_models(LEE_2024, folder / RISK)
    classifier.load_state_dict(read_weights(folder / CLASSIFIER))
    hematoma_net.load_state_dict(read_weights(folder / HEMATOMA_NET))
    engine = torch_engine(classifier, hematoma_net, training_runtime("cpu"))
    card = make_card(**changes)
    image = np.linspace(0, 1, card.input.size_px**2, dtype=np.float32)
    image = image.reshape(card.input.size_px, -1)
    write_golden(engine, image, card.input, folder / GOLDEN)
    write_card(replace(card, files={name: sha256(folder / name) for name in FILES}), folder / CARD)
    return folder
