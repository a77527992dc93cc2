"""The training loop: one network through its stages, resumable from its last checkpoint."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from timm.utils.model_ema import ModelEmaV3
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, OneCycleLR
from torch.utils.data import DataLoader

from core.models.runtime import Runtime
from core.models.torch_networks import placed
from core.progress import Progress
from core.training.batches import Batch, BatchSource
from core.training.data import TrainingStudy
from core.training.objectives import ObjectiveBase
from core.training.record import TrainingLog
from core.training.settings import ExpansionSettings, Stage, TrainingSettings

_CLIP_NORM = 5.0
_CHECKPOINT_S = 60.0  # what an interruption costs at most
_DRAWING = 4  # processes that draw batches for a GPU
CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, slots=True, eq=False)
class Patients:
    """Studies to learn from, and studies that judge (none: a stage ends without a look).

    ``simulated`` are studies to learn from with inserted hematomas.
    """

    training: Sequence[TrainingStudy]
    validation: Sequence[TrainingStudy]
    simulated: Sequence[TrainingStudy] = ()


@dataclass
class StageFit:
    """A stage under way: everything a checkpoint holds."""

    objective: ObjectiveBase[Any]
    stage: Stage
    settings: TrainingSettings
    runtime: Runtime
    step: int = 0
    best: float = float("-inf")
    looks_without_gain: int = 0
    best_state: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        learner = placed(self.objective.learner, self.runtime)
        parameters = [p for p in learner.parameters() if p.requires_grad]
        self.optimizer = optimizer_of(parameters, self.settings, self.stage.learning_rate)
        self.schedule = schedule_of(self.optimizer, self.settings, self.stage.steps)
        decay = self.settings.average_decay
        self.average = ModelEmaV3(learner, decay, use_warmup=True) if decay else None

    @property
    def judged(self) -> Any:
        """The network that validation sees and that the stage yields: averaged, or as it is."""
        return self.average.module if self.average else self.objective.learner

    @property
    def finished(self) -> bool:
        """Whether the samples are used up or patience has run out."""
        patience = self.settings.patience
        impatient = patience is not None and self.looks_without_gain >= patience
        return self.step >= self.stage.steps or impatient

    def result(self) -> dict[str, Any]:
        """State of the network that the stage yields: the best, where patience looks for one."""
        return self.best_state or self.judged.state_dict()


def run_stage(
    fit: StageFit, patients: Patients, folder: Path, *, seed: int, progress: Progress
) -> None:
    """Train one stage to its end, from its checkpoint in ``folder`` where there is one.

    The last checkpoint stands: it may go once the result is on the disk.
    """
    _resume(fit, folder)
    log = TrainingLog(folder, fit.step)
    source = BatchSource(
        patients.training, fit.stage, fit.settings, seed=seed, simulated=patients.simulated
    )
    look_every = max(1, fit.stage.evaluate_every // fit.stage.batch_size)
    written = time.monotonic()
    for batch in _batches(fit, source):
        if fit.finished:
            break
        loss = _step(fit, batch)
        log.loss(loss)
        progress(f"{fit.stage.objective} at {fit.stage.size_px} px", fit.step / fit.stage.steps)
        if fit.step % look_every == 0 or fit.step == fit.stage.steps:
            _look(fit, patients.validation, log)
        if fit.finished or time.monotonic() - written >= _CHECKPOINT_S:
            _checkpoint(fit, folder)
            written = time.monotonic()


def _batches(fit: StageFit, source: BatchSource) -> Iterable[Batch]:
    """Batches of the steps to come; beside a GPU, other processes draw them meanwhile."""
    on_gpu = fit.runtime.device == "cuda"
    return DataLoader(
        source,
        batch_size=None,
        sampler=range(fit.step, fit.stage.steps),
        num_workers=_DRAWING if on_gpu else 0,
    )


def _step(fit: StageFit, drawn: Batch) -> float:
    learner = fit.objective.learner.train()
    batch = drawn.to(torch.device(fit.runtime.device))
    with fit.runtime.autocast():
        loss = fit.objective.loss(batch)
    descend(loss, learner, fit.optimizer, fit.schedule)
    fit.step += 1
    if fit.average:
        fit.average.update(learner, step=fit.step)
    return loss.item()


def _look(fit: StageFit, validation: Sequence[TrainingStudy], log: TrainingLog) -> None:
    """Judge the network on the validation patients, and remember the best where that is asked."""
    if not validation:
        log.metrics(fit.stage, fit.step, {})
        return
    metrics = fit.objective.evaluate(fit.judged, validation, fit.runtime)
    log.metrics(fit.stage, fit.step, metrics)
    if metrics[fit.objective.metric] > fit.best:
        fit.best = metrics[fit.objective.metric]
        fit.looks_without_gain = 0
        if fit.settings.patience is not None:
            fit.best_state = {k: v.clone() for k, v in fit.judged.state_dict().items()}
    else:
        fit.looks_without_gain += 1


def _checkpoint(fit: StageFit, folder: Path) -> None:
    """Write everything that the next step depends on; the old checkpoint stands until then."""
    state = {
        "step": fit.step,
        "best": fit.best,
        "looks_without_gain": fit.looks_without_gain,
        "best_state": fit.best_state,
        "learner": fit.objective.learner.state_dict(),
        "average": fit.average.module.state_dict() if fit.average else {},
        "optimizer": fit.optimizer.state_dict(),
        "schedule": fit.schedule.state_dict(),
    }
    partial = folder / f"{CHECKPOINT}.partial"
    torch.save(state, partial)
    partial.replace(folder / CHECKPOINT)


def _resume(fit: StageFit, folder: Path) -> None:
    path = folder / CHECKPOINT
    if not path.exists():
        return
    state = torch.load(path, map_location=fit.runtime.device, weights_only=True)
    fit.step, fit.best = state["step"], state["best"]
    fit.looks_without_gain, fit.best_state = state["looks_without_gain"], state["best_state"]
    fit.objective.learner.load_state_dict(state["learner"])
    fit.optimizer.load_state_dict(state["optimizer"])
    fit.schedule.load_state_dict(state["schedule"])
    if fit.average:
        fit.average.module.load_state_dict(state["average"])


def descend(
    loss: Tensor, learner: nn.Module, optimizer: torch.optim.Optimizer, schedule: LRScheduler
) -> None:
    """One step of a learner's weights down a loss, its gradient clipped."""
    loss.backward()
    nn.utils.clip_grad_norm_(learner.parameters(), _CLIP_NORM)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    schedule.step()


def optimizer_of(
    parameters: Iterable[nn.Parameter],
    settings: TrainingSettings | ExpansionSettings,
    learning_rate: float,
) -> torch.optim.Optimizer:
    """Optimiser as the settings name it."""
    kind = torch.optim.AdamW if settings.optimizer == "adamw" else torch.optim.Adam
    return kind(parameters, lr=learning_rate, weight_decay=settings.weight_decay)


def schedule_of(
    optimizer: torch.optim.Optimizer, settings: TrainingSettings | ExpansionSettings, steps: int
) -> LRScheduler:
    """Schedule of the learning rate as the settings name it."""
    if settings.schedule == "constant":
        return LambdaLR(optimizer, lambda step: 1.0)
    highest = optimizer.param_groups[0]["lr"]
    return OneCycleLR(optimizer, highest, total_steps=steps, pct_start=0.25)
