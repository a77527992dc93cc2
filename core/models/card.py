"""The model card: what a released model is, was trained on, needs, and was measured to do.

``card.json`` in a model folder.  Numbers that inference needs (input, thresholds, nDL map) stand
here and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from core.errors import ModelInvalidError
from core.given import content_of
from core.models.preprocessing import InputSpec
from core.risk.ndl import NdlMap, SummedNdlMap
from core.strict_json import read_strictly, unusable

CARD = "card.json"
SCHEMA, EARLIER_SCHEMA = "hescope-model/2", "hescope-model/1"
"""Folders of the earlier schema keep their head (``core.models.earlier``) and their nDL map."""

WORDS = (
    "name",
    "version",
    "created",
    "intended_use",
    "not_intended_for",
    "training_data",
    "licence",
    "expansion_labels",
    "recipe",
    "limits",
)
"""Fields of a card that its releaser writes; all others are measured."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probability from which a slice, and a pixel, counts as hematoma; and how they were chosen.

    A connected part of the outline counts where one of its slices does, or where it holds at least
    ``alone_ml``: a classifier denies hematomas at sites of which its training had none.  None, as
    in folders before 0.3.0: in slices that count alone is anything outlined.
    """

    slice: Annotated[float, Field(gt=0, lt=1)]
    mask: Annotated[float, Field(gt=0, lt=1)]
    how: str
    alone_ml: Annotated[float, Field(gt=0)] | None = None


@dataclass(frozen=True, slots=True)
class ImageScore:
    """Discrimination to be expected of nDL, from which its published coefficient is shrunk."""

    auc: Annotated[float, Field(gt=0, lt=1)]
    how: str


@dataclass(frozen=True, slots=True)
class RiskValidation:
    """How the risks of one model agreed with the outcomes of patients.

    ``model`` is its place in ``RiskModels`` where it is one of the folder's own, else in words what
    was tested; ``patients`` says who they are.  Intercept (0 is right) and slope (1 is right)
    are those of ``core.stats.calibration``.
    """

    model: str
    patients: str
    n: int
    events: int
    auc: float
    auc_ci95: tuple[float, float] | None
    intercept: float
    intercept_ci95: tuple[float, float]
    slope: float
    slope_ci95: tuple[float, float]
    brier: float


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A released model in words and numbers.

    ``risk_models`` says what a site's own risk models were fitted to; those of Lee 2024 name their
    source themselves.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)  # its parts inherit it

    schema: Literal["hescope-model/2", "hescope-model/1"]
    name: str
    version: str
    created: str
    intended_use: str
    not_intended_for: str
    training_data: str
    licence: str
    expansion_labels: str
    recipe: str
    limits: tuple[str, ...]
    input: InputSpec
    thresholds: Thresholds
    ndl: NdlMap | SummedNdlMap
    image_score: ImageScore
    metrics: dict[str, Any]
    files: dict[str, str]
    risk_models: str = ""
    validation: tuple[RiskValidation, ...] = ()

    def validated(self, place: str) -> RiskValidation | None:
        """Validation of the model in a place of ``RiskModels``, None if there was none."""
        return next((found for found in self.validation if found.model == place), None)


_adapter = TypeAdapter(ModelCard)


def read_card(path: Path) -> ModelCard:
    """Card of a model folder.

    Raises
    ------
    ModelInvalidError
        The file is absent, or a field is missing, unknown or of another type.
    """
    try:
        content = content_of(path)
    except OSError as error:
        raise ModelInvalidError(
            f"Found no {path.name} in {path.parent.name}; expected a released model folder.",
            "Name a folder like assets/models/<name>-<version>.",
        ) from error
    return read_strictly(content, _adapter, path.name)


def compose_card(words: Mapping[str, object], numbers: Mapping[str, object]) -> ModelCard:
    """A card from its words (name, version, intended use …) and its measured numbers.

    Raises
    ------
    ModelInvalidError
        A word is missing, or a field is not one of a card.
    """
    try:
        return _adapter.validate_python({"schema": SCHEMA, **words, **numbers})
    except ValidationError as error:
        raise unusable("card", error) from error


def write_card(card: ModelCard, path: Path) -> None:
    """Write a card as readable JSON."""
    path.write_bytes(_adapter.dump_json(card, indent=2) + b"\n")
