"""The expansion head, trained on what a finished segmentation network makes of each slice.

That network is left as it is, so it sees every slice but once; the head then learns from what was
seen, in views of other size and gain, in minutes, also on two cores.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.models.networks import (
    ExpansionHead,
    HematomaNet,
    SegmentationOutput,
)
from core.models.preprocessing import InputSpec, stacks
from core.models.runtime import Runtime
from core.models.torch_networks import batches, inference, placed
from core.progress import Progress
from core.training.data import Cohort, TrainingStudy
from core.training.loop import descend, optimizer_of, schedule_of
from core.training.losses import expansion_loss
from core.training.record import keep_description, make_folder
from core.training.settings import ExpansionSettings
from core.training.splits import Split
from core.training.train import save_state
from core.training.views import views_of
from core.writing import write_whole

HEAD = "head.safetensors"
HELD_OUT = "held_out.json"
_OFFSET, _NOISE = 0.03, 0.01  # of what the head is given: 3 HU, and 1 HU a pixel of 1 mm


@dataclass(frozen=True, slots=True)
class HeadRun:
    """What a run is: from which patients, on whose segmentation network, with which settings."""

    network: str
    split: Split
    settings: ExpansionSettings
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class SeenSlices:
    """Slices as the head is given them (``ExpansionHead.look``), and their labels, (N,) each.

    ``seen`` is uint8, ``bottleneck`` float16; all on the CPU.  ``first`` marks the view that is the
    study itself.
    """

    patient: NDArray[np.str_]
    first: Tensor
    seen: Tensor
    bottleneck: Tensor
    slice_label: Tensor
    patient_label: Tensor

    def of(self, patients: Sequence[str]) -> "SeenSlices":
        """Those of some patients."""
        wanted = np.flatnonzero(np.isin(self.patient, patients))
        return SeenSlices(*(getattr(self, field.name)[wanted] for field in fields(self)))


def see(
    cohort: Cohort,
    net: HematomaNet,
    settings: ExpansionSettings,
    *,
    seed: int,
    runtime: Runtime,
    progress: Progress,
) -> SeenSlices:
    """What a segmentation network makes of all views of all patients."""
    parts: list[SeenSlices] = []
    spec = InputSpec(size_px=settings.size_px)
    placed(net, runtime)
    for done, name in enumerate(cohort.names):
        progress("Looking at slices", done / len(cohort.names))
        segmented = None
        for view in views_of(cohort, name, spec, settings.views, seed):
            held = np.flatnonzero(view.masks.any(axis=(1, 2)) & view.mask_usable)
            if not len(held):
                break
            first = segmented is None
            if segmented is None:
                segmented = _segmented(view.unit_images[held], net, runtime)
            parts.append(_seen(view, held, segmented, net.head, first=first))
    return SeenSlices(
        np.concatenate([part.patient for part in parts]),
        *(
            torch.cat([getattr(part, field.name) for part in parts])
            for field in fields(SeenSlices)[1:]
        ),
    )


def _segmented(
    images: NDArray[np.float32], net: HematomaNet, runtime: Runtime
) -> SegmentationOutput:
    """What the network makes of slices (N, S, S), on the CPU."""
    with inference(net, runtime):
        parts = [net.segment(batch) for batch in batches(images, runtime)]
    return SegmentationOutput(
        torch.cat([part.mask_logits.float().cpu() for part in parts]),
        torch.cat([part.bottleneck.float().cpu() for part in parts]),
    )


def _seen(
    view: TrainingStudy,
    held: NDArray[np.intp],
    segmented: SegmentationOutput,
    head: ExpansionHead,
    *,
    first: bool,
) -> SeenSlices:
    """Slices with hematoma of a view, as they were segmented in the first."""
    images = torch.from_numpy(stacks(view.unit_images, held))
    soft_mask = segmented.mask_logits.sigmoid()
    seen, encoded = head.look(images, soft_mask, segmented.bottleneck, view.field_mm)
    return SeenSlices(
        np.full(len(held), view.patient),
        torch.full((len(held),), first),
        seen.mul(255).round().byte(),
        encoded.half(),
        torch.tensor(view.expansion.slices[held], dtype=torch.float32),
        torch.full((len(held),), view.expansion.patient),
    )


def train_head(
    run: HeadRun,
    seen: Callable[[], SeenSlices],
    folder: Path,
    runtime: Runtime,
    progress: Progress,
) -> Path:
    """Train a head on slices that were seen; the path of its weights.

    Beside them stands what it says of the patients that the run held out.  A head that was trained
    before stays, and nothing is asked for what was seen.
    """
    make_folder(folder)
    keep_description(folder, asdict(run))
    if not (folder / HEAD).exists():
        slices = seen()
        head = _fitted(run, slices.of(run.split.training), runtime, progress)
        scored = [_scored(head, slices.of([name]), runtime) for name in run.split.held_out]
        write_whole(folder / HELD_OUT, json.dumps([row for row in scored if row]).encode())
        save_state(head.state_dict(), folder / HEAD)
    return folder / HEAD


def _scored(head: ExpansionHead, slices: SeenSlices, runtime: Runtime) -> dict[str, float] | None:
    """Score of a patient's own slices, a mean of logits by area, and the risk that it should have.

    None for a patient without a usable outline of hematoma.
    """
    own = torch.nonzero(slices.first)[:, 0]
    if not len(own):
        return None
    with inference(head, runtime):
        seen = slices.seen[own].float().to(runtime.device) / 255
        output = head.score(seen, slices.bottleneck[own].float().to(runtime.device))
    areas = seen[:, -1].sum(dim=(1, 2))
    score = (areas * output.slice_logit).sum() / areas.sum()
    return {"score": float(score), "risk": float(slices.patient_label[own[0]])}


def _fitted(
    run: HeadRun, slices: SeenSlices, runtime: Runtime, progress: Progress
) -> ExpansionHead:
    settings = run.settings
    torch.manual_seed(run.seed)
    head = placed(ExpansionHead(slices.bottleneck.shape[1]), runtime).train()
    if settings.sees != "both":
        head.see_only(settings.sees)
    optimizer = optimizer_of(head.parameters(), settings, settings.learning_rate)
    schedule = schedule_of(optimizer, settings, settings.steps)
    random = torch.Generator().manual_seed(run.seed)
    for step in range(settings.steps):
        progress("Training the expansion head", step / settings.steps)
        seen, bottleneck, labels = (
            part.to(runtime.device) for part in _drawn(slices, settings, random)
        )
        with runtime.autocast():
            output = head.score(seen, bottleneck)
        loss = expansion_loss(output, labels, settings.consistency_weight)
        descend(loss, head, optimizer, schedule)
    return head.eval()


def _drawn(
    slices: SeenSlices, settings: ExpansionSettings, random: torch.Generator
) -> tuple[Tensor, ...]:
    """A batch; turned and mirrored, brighter or darker, with noise: the label stays.

    The filter knows no direction in a slice.
    """
    size = settings.batch_size
    chosen = torch.randint(len(slices.seen), (size,), generator=random)
    seen = slices.seen[chosen].float() / 255
    images = seen[:, :-1]  # the last is the outline
    images += _OFFSET * (2 * torch.rand(size, 1, 1, 1, generator=random) - 1)
    images += _NOISE * torch.randn(images.shape, generator=random)
    bottleneck = slices.bottleneck[chosen].float()
    quarters, mirrored = torch.randint(4, (2,), generator=random).tolist()
    seen, bottleneck = (
        torch.rot90(part.flip(-1) if mirrored % 2 else part, quarters, (2, 3))
        for part in (seen, bottleneck)
    )
    labels = slices.slice_label if settings.label_of == "slice" else slices.patient_label
    return seen, bottleneck, labels[chosen]
