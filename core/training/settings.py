"""Hyper-parameters: the paper's as defaults, and named presets where two CPU cores need others."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from core.training.labels import LabelOf

Objective = Literal["classify", "segment"]
Sees = Literal["both", "image", "bottleneck"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of training: what is learnt, on which image size, for how many slices."""

    objective: Objective
    size_px: int
    samples: int
    learning_rate: float
    batch_size: int = 8
    evaluate_every: int = 4_000
    """Slices between two looks at the validation patients; the end of a stage is always one."""
    simulated_share: float = 0.0
    """Share of a batch from brains with inserted hematomas and look-alikes: the real ones are all
    of the basal ganglia.  0 takes real brains alone."""

    @property
    def steps(self) -> int:
        """Optimiser steps."""
        return self.samples // self.batch_size


@dataclass(frozen=True, slots=True)
class ExpansionSettings:
    """How the expansion head is trained on a segmentation network that is left as it is."""

    preset: str
    size_px: int
    steps: int
    learning_rate: float
    batch_size: int = 8
    optimizer: Literal["adam", "adamw"] = "adam"
    weight_decay: float = 1e-6
    schedule: Literal["constant", "one-cycle"] = "constant"
    views: int = 1
    """Of each patient: as it is, and others of another size and gain, labelled anew."""
    label_of: LabelOf = "patient"
    """Whose risk a slice learns: its patient's, as in the paper, or its own."""
    sees: Sees = "both"
    """What the head is given: its image branch, the encoder's bottleneck, or both."""
    consistency_weight: float = 1.0
    """Of the agreement between the scores of the slice and of the hematoma alone (lambda)."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How one network is trained, stage after stage."""

    preset: str
    stages: tuple[Stage, ...]
    optimizer: Literal["adam", "adamw"] = "adam"
    weight_decay: float = 1e-6
    schedule: Literal["constant", "one-cycle"] = "constant"
    augmentation: Literal["paper", "strong"] = "paper"
    hematoma_share: float | None = None
    """Share of hematoma slices in a batch; None takes slices as they come."""
    mask_weight: float = 0.0
    """Of the auxiliary mask loss of the classifier; 0 leaves it out."""
    average_decay: float | None = None
    """Of the exponential moving average of the weights; None keeps the last weights."""
    patience: int | None = None
    """Looks without improvement before a stage ends with its best weights; None: run it out."""
    simulated_per_patient: int = 2
    """Brains with inserted hematomas that are drawn from each training patient, where a stage takes
    a share of them; two give more slices than such a stage draws."""


_PAPER_SAMPLES = 48_340  # ten passes over the paper's 4834 training slices; it gives no number

CLASSIFIER_PRESETS = {
    "paper": TrainingSettings("paper", (Stage("classify", 512, _PAPER_SAMPLES, 1e-4),), patience=5),
    # From scratch on two cores: small images first, and masks to tell where to look.  A further
    # stage of 560 slices at 512 px took the AUC of a fold's held-out patients from 0.997 to 0.984.
    "cpu": TrainingSettings(
        "cpu",
        (
            Stage("classify", 128, 6_400, 5e-4, batch_size=16),
            Stage("classify", 256, 4_800, 2e-4, batch_size=16, simulated_share=0.4),
        ),
        optimizer="adamw",
        weight_decay=1e-2,
        schedule="one-cycle",
        augmentation="strong",
        hematoma_share=0.5,
        mask_weight=1.0,
        average_decay=0.99,
    ),
    "smoke": TrainingSettings("smoke", (Stage("classify", 64, 16, 1e-3),), mask_weight=1.0),
}
# Ten times the slices, for a GPU.
CLASSIFIER_PRESETS["cuda"] = replace(
    CLASSIFIER_PRESETS["cpu"],
    preset="cuda",
    stages=(
        Stage("classify", 128, 25_600, 8e-4, batch_size=32, evaluate_every=12_800),
        Stage("classify", 256, 48_000, 3e-4, 32, evaluate_every=12_000, simulated_share=0.4),
    ),
    weight_decay=2e-2,
    average_decay=0.998,
)

HEMATOMA_PRESETS = {
    "paper": TrainingSettings(
        "paper",
        (Stage("segment", 512, _PAPER_SAMPLES, 1e-3),),
        patience=5,
    ),
    "cpu": TrainingSettings(
        "cpu",
        (
            Stage("segment", 192, 6_400, 1e-3, batch_size=16),
            Stage("segment", 256, 1_600, 5e-4, batch_size=16, simulated_share=0.5),
            Stage("segment", 512, 1_600, 3e-4, simulated_share=0.375),
        ),
        optimizer="adamw",
        weight_decay=1e-2,
        schedule="one-cycle",
        augmentation="strong",
        hematoma_share=0.6,
        average_decay=0.99,
    ),
    "smoke": TrainingSettings("smoke", (Stage("segment", 64, 16, 1e-3),)),
}
HEMATOMA_PRESETS["cuda"] = replace(
    HEMATOMA_PRESETS["cpu"],
    preset="cuda",
    stages=(
        Stage("segment", 256, 19_200, 1e-3, batch_size=16, evaluate_every=9_600),
        Stage("segment", 512, 24_000, 5e-4, 16, evaluate_every=12_000, simulated_share=0.375),
    ),
    average_decay=0.998,
)

EXPANSION_PRESETS = {
    "paper": ExpansionSettings("paper", 512, _PAPER_SAMPLES // 8, 1e-4),
    # Minutes on two cores: the frozen network sees each view once.
    "cpu": ExpansionSettings(
        "cpu",
        512,
        1_600,
        2e-3,
        batch_size=16,
        optimizer="adamw",
        weight_decay=1e-2,
        schedule="one-cycle",
        views=6,
        label_of="slice",
    ),
    "smoke": ExpansionSettings("smoke", 64, 2, 1e-3, views=2, label_of="slice"),
}
EXPANSION_PRESETS["cuda"] = replace(EXPANSION_PRESETS["cpu"], preset="cuda")

ABLATIONS: dict[str, dict[str, Any]] = {
    "half-the-steps": {},
    "patient-label": {"label_of": "patient"},
    "image-branch-alone": {"sees": "image"},
    "bottleneck-alone": {"sees": "bottleneck"},
    "no-consistency": {"consistency_weight": 0.0},
}
"""The head without one of the ideas behind it: what changes in its settings, by name."""


def ablated(settings: ExpansionSettings, name: str) -> ExpansionSettings:
    """Settings of an ablation.

    All are trained for half the steps, to be compared with the one that differs in nothing else.
    """
    return replace(settings, steps=settings.steps // 2, **ABLATIONS[name])
