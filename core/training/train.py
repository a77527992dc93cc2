"""The story of a training run: a network, its stages one after another, its weights.

A run folder holds ``run.json``, ``curves.png``, a folder a stage with its ``log.csv``, checkpoint
and weights, and ``network.safetensors`` once it is done.  The same call on the same folder goes on
where it stopped.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from pydantic import TypeAdapter
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from core.errors import UsageError
from core.models.networks import HematomaNet, SliceClassifier
from core.models.preprocessing import InputSpec
from core.models.runtime import Runtime
from core.progress import Progress
from core.training.data import Cohort, load_for_training
from core.training.loop import CHECKPOINT, Patients, StageFit, run_stage
from core.training.objectives import (
    Classify,
    MaskSupervisedClassifier,
    ObjectiveBase,
    Segment,
)
from core.training.pretrained import load_imagenet_encoder
from core.training.record import DESCRIPTION, draw_curves, keep_description, make_folder
from core.training.settings import Objective, Stage, TrainingSettings
from core.training.splits import Split
from core.training.widening import Widening, load_widened

NetworkName = Literal["classifier", "hematoma"]
NETWORK = "network.safetensors"
ALL = "all"  # folder of the run on all training patients, beside fold-1, fold-2 …


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """What a run is: which network, from which patients, with which settings and seed.

    ``imagenet`` starts the encoder of the hematoma network from ImageNet weights; the classifier
    learns from scratch, with masks to tell it where to look.
    """

    network: NetworkName
    split: Split
    settings: TrainingSettings
    seed: int = 0
    imagenet: bool = False


def train(
    run: TrainingRun, cohort: Cohort, folder: Path, runtime: Runtime, progress: Progress
) -> Path:
    """Train a network through all its stages; the path of its weights."""
    make_folder(folder)
    keep_description(folder, asdict(run))
    torch.manual_seed(run.seed)
    learner = _learner(run)
    for place, stage in enumerate(run.settings.stages):
        here = folder / stage_folder(place, stage)
        weights = here / NETWORK
        if not weights.exists():
            here.mkdir(exist_ok=True)
            fit = StageFit(_objective(learner, stage, run.settings), stage, run.settings, runtime)
            patients = _patients(cohort, run, stage, progress)
            run_stage(fit, patients, here, seed=run.seed + place, progress=progress)
            save_state(fit.result(), weights)
            (here / CHECKPOINT).unlink()
            draw_curves(folder)
        learner.load_state_dict(load_file(weights))
    save_state(_network(learner).state_dict(), folder / NETWORK)
    return folder / NETWORK


def stage_folder(place: int, stage: Stage) -> str:
    """Name of the folder of a stage in that of its run."""
    return f"{place + 1}-{stage.objective}-{stage.size_px}px"


def read_run(folder: Path) -> TrainingRun:
    """What the run of a folder was.

    Raises
    ------
    UsageError
        The folder holds no finished run.
    """
    if not (folder / NETWORK).is_file():
        raise UsageError(
            f"{folder.name} holds no finished training run ({NETWORK}).",
            "Let `python -m core train` run to its end first.",
        )
    return TypeAdapter(TrainingRun).validate_json((folder / DESCRIPTION).read_bytes())


def _learner(run: TrainingRun) -> MaskSupervisedClassifier | HematomaNet:
    if run.network == "hematoma":
        net = HematomaNet()
        if run.imagenet:
            load_imagenet_encoder(net)
        return net
    return MaskSupervisedClassifier(SliceClassifier())


def _network(learner: nn.Module) -> nn.Module:
    """The network of a learner, without what only training needs."""
    return learner.classifier if isinstance(learner, MaskSupervisedClassifier) else learner


def _objective(learner: nn.Module, stage: Stage, settings: TrainingSettings) -> ObjectiveBase[Any]:
    kinds: dict[Objective, type[ObjectiveBase[Any]]] = {
        "classify": Classify,
        "segment": Segment,
    }
    return kinds[stage.objective](learner, settings)


def _patients(cohort: Cohort, run: TrainingRun, stage: Stage, progress: Progress) -> Patients:
    spec, split = replace(InputSpec(), size_px=stage.size_px), run.split
    validation = load_for_training(cohort, split.validation, spec, progress)
    widening = Widening(
        run.settings.simulated_per_patient if stage.simulated_share else 0,
        split.withheld_sites,
        run.seed,
    )
    return Patients(
        load_for_training(cohort, split.training, spec, progress),
        validation,
        load_widened(cohort, split.training, spec, widening, progress),
    )


def save_state(state: dict[str, Tensor], path: Path) -> None:
    """Write a state whole or not at all: a file of weights says that its training is done."""
    partial = path.with_suffix(".partial")
    # As safetensors takes it: on the CPU, in the plain memory layout.
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    save_file(plain, partial)
    partial.replace(path)
