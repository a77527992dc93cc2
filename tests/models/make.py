"""Model cards and model folders of untrained networks, for tests that need one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

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
from core.models.folder import CLASSIFIER, HEMATOMA_NET
from core.models.integrity import sha256
from core.models.networks import ExpansionHead, HematomaNet, SliceClassifier
from core.models.preprocessing import InputSpec
from core.models.weights import write_weights
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
        "thresholds": Thresholds(0.0, 1e-6, "by hand"),
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
    write_weights(SliceClassifier().state_dict(), folder / CLASSIFIER, "int8")
    write_weights(HematomaNet(head).state_dict(), folder / HEMATOMA_NET, "float16")
    write_risk_models(LEE_2024, folder / RISK)
    files = {name: sha256(folder / name) for name in (CLASSIFIER, HEMATOMA_NET, RISK)}
    write_card(make_card(files=files, **changes), folder / CARD)
    return folder
