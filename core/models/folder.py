"""A released model folder, loaded only if every file is what the card says it is."""

from dataclasses import dataclass
from pathlib import Path

from torch import nn

from core.domain import ModelIdentity
from core.errors import ModelInvalidError
from core.models.card import CARD, EARLIER_SCHEMA, ModelCard, read_card
from core.models.earlier import LogSumExpHead
from core.models.engine import Engine, Runtime
from core.models.integrity import refuse_altered, sha256
from core.models.networks import ExpansionHead, HematomaNet, SliceClassifier
from core.models.weights import read_weights
from core.risk.estimate import RiskModels
from core.risk.risk_json import RISK, read_risk_models

CLASSIFIER = "classifier.safetensors"
HEMATOMA_NET = "hematoma.safetensors"
GOLDEN = "golden.safetensors"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A loaded model: its card, its networks on a device, and its three risk models."""

    identity: ModelIdentity
    card: ModelCard
    engine: Engine
    risk: RiskModels


def load_model(folder: Path, runtime: Runtime) -> Model:
    """Model of a folder, on a device.

    Raises
    ------
    ModelInvalidError
        A file is missing, was altered, or does not fit the networks of this version.
    """
    card = read_card(folder / CARD)
    refuse_altered(folder, card.files)
    head = LogSumExpHead if card.schema == EARLIER_SCHEMA else ExpansionHead
    classifier, hematoma_net = SliceClassifier(), HematomaNet(head)
    _fill(classifier, folder / CLASSIFIER)
    _fill(hematoma_net, folder / HEMATOMA_NET)
    return Model(
        ModelIdentity(card.name, card.version, sha256(folder / CARD)),
        card,
        Engine(classifier, hematoma_net, runtime),
        read_risk_models(folder / RISK),
    )


def _fill(network: nn.Module, path: Path) -> None:
    try:
        network.load_state_dict(read_weights(path))
    except RuntimeError as error:
        raise ModelInvalidError(
            f"{path.name} does not fit the network of this version of HEscope.",
            "Use the version of HEscope that the model was released with, or a newer model.",
        ) from error
