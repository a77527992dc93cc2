"""The networks that training left in a folder of runs, and of a released model beneath them."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from safetensors.torch import load_file
from torch import Tensor

from core.errors import UsageError
from core.models.card import CARD
from core.models.folder import CLASSIFIER, HEMATOMA_NET
from core.models.integrity import refuse_altered
from core.models.networks import HematomaNet, SliceClassifier
from core.models.preprocessing import InputSpec
from core.models.weights import read_weights
from core.training.expansion import HEAD, HeadRun
from core.training.record import DESCRIPTION
from core.training.splits import Split
from core.training.train import ALL, NETWORK, read_run

EXPANSION = "expansion"
_ABLATIONS = "ablations"


@dataclass(frozen=True, slots=True)
class Trained:
    """Runs, and the model whose classifier and segmentation they build on (None: their own).

    ``classifier`` is a model whose classifier alone is released again, in place of the runs' own.

    Raises
    ------
    UsageError
        Both are named, or one is no released model or was altered.
    """

    runs: Path
    base: Path | None = None
    classifier: Path | None = None

    def __post_init__(self) -> None:
        if self.base is not None and self.classifier is not None:
            raise UsageError(
                f"The classifier is to be that of {self.base.name} and that of "
                f"{self.classifier.name}.",
                "Name one: --model for all networks of a model, --classifier for its classifier.",
            )
        for model in (self.base, self.classifier):
            if model is not None:
                refuse_altered(model, _card(model)["files"])

    @property
    def base_card(self) -> dict[str, Any]:
        """Card of the model beneath, of any version: only its networks are built on."""
        assert self.base is not None
        return _card(self.base)

    @property
    def classifier_card(self) -> dict[str, Any]:
        """Card of the model whose classifier is released again."""
        assert self.classifier is not None
        return _card(self.classifier)

    @property
    def folds(self) -> list[str]:
        """Names of the folds of the cross-validation."""
        folds = sorted(path.name for path in (self.runs / EXPANSION).glob("fold-*"))
        if not folds:
            raise UsageError(
                f"Found no cross-validation in {self.runs.name}; the scale of the score needs "
                "patients not trained on.",
                "Run `python -m core train` for all networks with --folds 3 as well.",
            )
        return folds

    @property
    def input(self) -> InputSpec:
        """Image sizes on which the networks finished their training."""
        if self.base is not None:
            return TypeAdapter(InputSpec).validate_python(self.base_card["input"])
        last = {
            network: read_run(self.runs / network / ALL).settings.stages[-1].size_px
            for network in ("classifier", "hematoma")
        }
        spec = InputSpec(size_px=last["hematoma"], classifier_px=last["classifier"])
        if self.classifier is None:
            return spec
        return replace(spec, classifier_px=self.classifier_card["input"]["classifier_px"])

    def split(self, name: str) -> Split:
        """Patients of the head of a run."""
        description = self.head_folder(name) / DESCRIPTION
        return TypeAdapter(HeadRun).validate_json(description.read_bytes()).split

    def held_out(self, fold: str) -> tuple[str, ...]:
        """Patients that no network of a fold was trained on (the head alone, where it has a base).

        Raises
        ------
        UsageError
            The networks of the fold hold out different patients.
        """
        patients = self.split(fold).held_out
        others = () if self.base else ("classifier", "hematoma")
        if any(read_run(self.runs / one / fold).split.held_out != patients for one in others):
            raise UsageError(
                f"The networks of {fold} hold out different patients; expected the same.",
                "Train all on the same data with the same --seed and --folds.",
            )
        return patients

    def segmentation_name(self, name: str) -> str:
        """What segments for the head of a run: a run, or the model beneath."""
        return f"hematoma/{name}" if self.base is None else self.base.name

    def segmentation(self, name: str) -> HematomaNet:
        """That network, its head untrained."""
        state = (
            load_file(self._finished(self.runs / name))
            if self.base is None
            else read_weights(self.base / HEMATOMA_NET)
        )
        net = HematomaNet()
        net.unet.load_state_dict(_under("unet.", state))
        return net

    def head_folder(self, name: str, variant: str = EXPANSION) -> Path:
        """Folder of the head of a run, or of one of its ablations."""
        parent = EXPANSION if variant == EXPANSION else f"{_ABLATIONS}/{variant}"
        return self.runs / parent / name

    def networks(self, name: str) -> tuple[SliceClassifier, HematomaNet]:
        """All three networks of a run, the head in one module with the segmentation."""
        classifier, released = SliceClassifier(), self.base
        if name == ALL:
            released = released or self.classifier
        classifier.load_state_dict(
            load_file(self._finished(self.runs / "classifier" / name))
            if released is None
            else read_weights(released / CLASSIFIER)
        )
        net = self.segmentation(self.segmentation_name(name))
        net.head.load_state_dict(load_file(self.head_folder(name) / HEAD))
        return classifier, net

    def _finished(self, run: Path) -> Path:
        read_run(run)  # refuses one that is not
        return run / NETWORK


def _card(model: Path) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads((model / CARD).read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError(
            f"Found no {CARD} in {model.name}, expected a released model folder.",
            "Name a folder like assets/models/<name>-<version>.",
        ) from error
    return card


def _under(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): t for name, t in state.items() if name.startswith(prefix)}
