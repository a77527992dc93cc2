"""A released model folder, loaded only if every file is what the card says it is."""

from dataclasses import dataclass
from pathlib import Path

from torch import nn

from core.domain import ModelIdentity
from core.errors import ModelInvalidError
from core.models.card import CARD, EARLIER_SCHEMA, ModelCard, read_card
from core.models.earlier import LogSumExpHead
from core.models.engine import Engine, Runtime
from core.models.golden import TOLERANCE, golden_difference
from core.models.integrity import refuse_altered, sha256
from core.models.likeness import LIKENESS, Likeness, read_likeness
from core.models.networks import ExpansionHead, HematomaNet, SliceClassifier
from core.models.weights import read_weights
from core.risk.estimate import RiskModels
from core.risk.risk_json import RISK, read_risk_models

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
    head = LogSumExpHead if card.schema == EARLIER_SCHEMA else ExpansionHead
    classifier, hematoma_net = SliceClassifier(), HematomaNet(head)
    _fill(classifier, folder / CLASSIFIER)
    _fill(hematoma_net, folder / HEMATOMA_NET)
    engine = Engine(classifier, hematoma_net, runtime)
    _refuse_other_answers(engine, card, folder)
    return Model(
        ModelIdentity(card.name, card.version, sha256(folder / CARD)),
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
            "Choose another device (--device cpu), or copy the model folder again.",
        )


def _fill(network: nn.Module, path: Path) -> None:
    try:
        network.load_state_dict(read_weights(path))
    except RuntimeError as error:
        raise ModelInvalidError(
            f"{path.name} does not fit the network of this version of HEscope.",
            "Use the version of HEscope that the model was released with, or a newer model.",
        ) from error
