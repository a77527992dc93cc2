"""A released model folder, loaded only if every file is what the card says it is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain import ModelIdentity
from core.errors import ModelInvalidError
from core.models.card import CARD, ModelCard, read_card
from core.models.engine import Engine
from core.models.golden import TOLERANCE, golden_difference
from core.models.integrity import refuse_altered, sha256
from core.models.likeness import LIKENESS, Likeness, read_likeness
from core.models.runtime import Runtime
from core.risk.estimate import RiskModels
from core.risk.risk_json import RISK, read_risk_models

if TYPE_CHECKING:
    from torch import nn

CLASSIFIER = "classifier.safetensors"
HEMATOMA_NET = "hematoma.safetensors"
GOLDEN = "golden.safetensors"
FILES = (CLASSIFIER, HEMATOMA_NET, RISK, GOLDEN)
"""What a model folder holds beside its card, which names the SHA-256 of each; and perhaps
``LIKENESS``."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A loaded model: its card, its networks on a device, and its three risk models.

    ``likeness`` is None where the model was released without statistics of its training slices.
    """

    identity: ModelIdentity
    card: ModelCard
    engine: Engine
    risk: RiskModels
    likeness: Likeness | None = None


def load_model(folder: Path, runtime: Runtime) -> Model:
    """Model of a folder, on a device; on that device it has answered as it did when released.

    Raises
    ------
    ModelInvalidError
        A file is missing, was altered, or does not fit the networks of this version; or the
        networks do not give the stored answers here.
    """
    card = read_card(folder / CARD)
    _refuse_unlisted(folder, card)
    refuse_altered(folder, card.files)
    engine = (_on_openvino if runtime.openvino else _on_torch)(folder, card, runtime)
    _refuse_other_answers(engine, card, folder)
    return Model(
        ModelIdentity(card.name, card.version, sha256(folder / CARD), runtime.engine),
        card,
        engine,
        read_risk_models(folder / RISK),
        read_likeness(folder / LIKENESS) if LIKENESS in card.files else None,
    )


def _refuse_unlisted(folder: Path, card: ModelCard) -> None:
    unlisted = [name for name in FILES if name not in card.files]
    if unlisted:
        raise ModelInvalidError(
            f"{CARD} of model {folder.name} names no SHA-256 of {', '.join(unlisted)}; "
            "one expected for each file of the model.",
            "Copy the model folder again from its release, or export it anew.",
        )


def _refuse_other_answers(engine: Engine, card: ModelCard, folder: Path) -> None:
    difference = golden_difference(engine, card.input, folder / GOLDEN)
    if not difference <= TOLERANCE:  # nan as well
        raise ModelInvalidError(
            f"The networks of model {folder.name} answer otherwise than when they were released: "
            f"a probability differs by {difference:.2g}, at most {TOLERANCE} expected.",
            "Choose another engine (--engine pytorch-float32), or copy the model folder again.",
        )


def _on_torch(folder: Path, card: ModelCard, runtime: Runtime) -> Engine:
    from core.models.released import read_networks  # noqa: PLC0415  seconds, for PyTorch alone
    from core.models.torch_networks import torch_engine  # noqa: PLC0415

    return torch_engine(*read_networks(folder, card), runtime)


def _on_openvino(folder: Path, card: ModelCard, runtime: Runtime) -> Engine:
    """Engine whose networks compile while another thread imports torch and reads the head."""
    reading = ThreadPoolExecutor(1, "head")
    head = reading.submit(_shared_head, folder, card, runtime)
    reading.shutdown(wait=False)
    from core.models.openvino_networks import openvino_networks  # noqa: PLC0415  as above

    return Engine(openvino_networks(folder, card, runtime), head.result, runtime)


def _shared_head(folder: Path, card: ModelCard, runtime: Runtime) -> "nn.Module":
    from core.models.released import read_head  # noqa: PLC0415  as above
    from core.models.torch_networks import placed_for_ever  # noqa: PLC0415

    return placed_for_ever(read_head(folder, card), runtime)
