"""The networks of a released model folder on PyTorch."""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor, nn

from core.errors import ModelInvalidError
from core.models.card import EARLIER_SCHEMA, ModelCard
from core.models.earlier import LogSumExpHead
from core.models.folder import CLASSIFIER, HEMATOMA_NET
from core.models.networks import ENCODER_CHANNELS, ExpansionHead, HematomaNet, SliceClassifier
from core.models.weights import read_weights

_HEAD = "head."


def read_networks(folder: Path, card: ModelCard) -> tuple[SliceClassifier, HematomaNet]:
    """Both networks, their weights read.

    Raises
    ------
    ModelInvalidError
        Weights cannot be read, or are those of another network.
    """
    classifier, hematoma_net = SliceClassifier(), HematomaNet(_head_of(card))
    _fill(classifier, read_weights(folder / CLASSIFIER), CLASSIFIER)
    _fill(hematoma_net, read_weights(folder / HEMATOMA_NET), HEMATOMA_NET)
    return classifier, hematoma_net


def read_head(folder: Path, card: ModelCard) -> nn.Module:
    """The expansion head alone, which takes no time; raises as ``read_networks`` does."""
    head = _head_of(card)(ENCODER_CHANNELS)
    state = read_weights(folder / HEMATOMA_NET)
    own = {name.removeprefix(_HEAD): t for name, t in state.items() if name.startswith(_HEAD)}
    _fill(head, own, HEMATOMA_NET)
    return head


def _head_of(card: ModelCard) -> type[LogSumExpHead] | type[ExpansionHead]:
    return LogSumExpHead if card.schema == EARLIER_SCHEMA else ExpansionHead


def _fill(network: nn.Module, state: Mapping[str, Tensor], file: str) -> None:
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ModelInvalidError(
            f"{file} does not fit the network of this version of HEscope.",
            "Use the version of HEscope that the model was released with, or a newer model.",
        ) from error
