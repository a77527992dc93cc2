"""The expansion head, trained on what a finished segmentation network makes of each slice.

That network is left as it is, so it sees every view of every slice but once; the head then learns
from what was seen, in minutes, also on two cores.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.models.engine import Runtime, inference, placed, placed_batch
from core.models.networks import STRIDE, ExpansionHead, HematomaNet
from core.models.preprocessing import InputSpec, stacks
from core.progress import Progress
from core.risk.l5 import expansion_risk_from_l5
from core.training.augment import augmentation
from core.training.data import Cohort, TrainingStudy
from core.training.loop import descend, optimizer_of, schedule_of
from core.training.losses import cell_loss, expansion_loss
from core.training.record import keep_description, make_folder
from core.training.settings import ExpansionSettings
from core.training.splits import Split
from core.training.train import save_state
from core.training.views import views_of

HEAD = "head.safetensors"
_BATCH = 4
_SHARE = 0.1  # of a cell: less hematoma tells too little of the filter there
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

    ``seen`` is uint8, ``inside`` and ``bottleneck`` are float16; all on the CPU.  ``cell_label`` is
    the risk of what the filter gives in each cell, (N, 1, h, w), nan where it holds no hematoma.
    """

    patient: NDArray[np.str_]
    seen: Tensor
    inside: Tensor
    bottleneck: Tensor
    slice_label: Tensor
    patient_label: Tensor
    cell_label: Tensor

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
    change = augmentation(settings.augmentation, settings.size_px, same_label=True)
    change.set_random_seed(seed)
    placed(net, runtime)
    for done, name in enumerate(cohort.names):
        progress("Looking at slices", done / len(cohort.names))
        for number, view in enumerate(views_of(cohort, name, spec, settings.views, seed)):
            parts += _seen(view, net, runtime, change if number else None)
    return SeenSlices(
        np.concatenate([part.patient for part in parts]),
        *(
            torch.cat([getattr(part, field.name) for part in parts])
            for field in fields(SeenSlices)[1:]
        ),
    )


def _seen(
    study: TrainingStudy, net: HematomaNet, runtime: Runtime, change: Callable[..., Any] | None
) -> list[SeenSlices]:
    """Slices of a study with a usable mask of hematoma, in batches; changed where that is asked."""
    held = np.flatnonzero(study.masks.any(axis=(1, 2)) & study.mask_usable)
    if not len(held):
        return []
    stacked = stacks(study.images, held).transpose(0, 2, 3, 1)  # (slices, S, S, C)
    maps = _filter_and_share(study, held)
    if change is not None:
        changed = [change(image=a, mask=b) for a, b in zip(stacked, maps, strict=True)]
        stacked = np.stack([one["image"] for one in changed])
        maps = np.stack([one["mask"] for one in changed])
    cell_labels = _cell_labels(maps)
    parts = []
    for start in range(0, len(held), _BATCH):
        those = held[start : start + _BATCH]
        unit = np.divide(stacked[start : start + _BATCH].transpose(0, 3, 1, 2), 255, dtype="f4")
        with inference(net, runtime):
            images = placed_batch(np.ascontiguousarray(unit), runtime)
            segmented = net.segment(images)
            seen, inside = net.head.look(images, segmented.mask_logits.float().sigmoid())
        parts.append(
            SeenSlices(
                np.full(len(those), study.patient),
                seen.float().mul(255).round().byte().cpu(),
                inside.half().cpu(),
                segmented.bottleneck.half().cpu(),
                torch.tensor(study.expansion.slices[those], dtype=torch.float32),
                torch.full((len(those),), study.expansion.patient),
                cell_labels[start : start + _BATCH],
            )
        )
    return parts


def _filter_and_share(study: TrainingStudy, slices: NDArray[np.intp]) -> NDArray[np.float32]:
    """Filter inside the hematoma, spread over pixels, and their share of it: (slices, S, S, 2)."""
    shares = study.masks[slices] / np.float32(255)
    filtered = study.expansion.filtered
    inside = np.full_like(shares, np.nan) if filtered is None else filtered[slices]
    return np.stack([inside, shares], axis=-1)


def _cell_labels(maps: NDArray[np.float32]) -> Tensor:
    """Risk of the mean filter over the hematoma of each cell, (slices, 1, S/16, S/16), float16."""
    means = functional.avg_pool2d(torch.from_numpy(maps).permute(0, 3, 1, 2), STRIDE)
    filtered, share = means[:, :1].numpy(), means[:, 1:].numpy()
    hu = np.divide(filtered, share, out=np.full_like(share, np.nan), where=share > _SHARE)
    return torch.from_numpy(expansion_risk_from_l5(hu)).half()


def train_head(
    run: HeadRun, slices: SeenSlices, folder: Path, runtime: Runtime, progress: Progress
) -> Path:
    """Train a head on slices that were seen; the path of its weights."""
    make_folder(folder)
    keep_description(folder, asdict(run))
    if not (folder / HEAD).exists():
        head = _fitted(run, slices.of(run.split.training), runtime, progress)
        save_state(head.state_dict(), folder / HEAD)
    return folder / HEAD


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
        seen, inside, bottleneck, labels, cell_labels = (
            part.to(runtime.device) for part in _drawn(slices, settings, random)
        )
        with runtime.autocast():
            output = head.score(seen, inside, bottleneck)
        loss = expansion_loss(output, labels, settings.consistency_weight)
        if settings.cell_weight:
            loss = loss + settings.cell_weight * cell_loss(output.evidence, cell_labels)
        descend(loss, head, optimizer, schedule)
    return head.eval()


def _drawn(
    slices: SeenSlices, settings: ExpansionSettings, random: torch.Generator
) -> tuple[Tensor, ...]:
    """A batch; half of the slices mirrored, brighter or darker, with noise: the label stays."""
    size = settings.batch_size
    chosen = torch.randint(len(slices.seen), (size,), generator=random)
    seen = slices.seen[chosen].float() / 255
    images = seen[:, :-1]  # the last is the outline
    images += _OFFSET * (2 * torch.rand(size, 1, 1, 1, generator=random) - 1)
    images += _NOISE * torch.randn(images.shape, generator=random)
    inside, bottleneck = slices.inside[chosen].float(), slices.bottleneck[chosen].float()
    cell_labels = slices.cell_label[chosen].float()
    mirrored = torch.rand(size, generator=random) < 0.5
    for part in (seen, inside, bottleneck, cell_labels):
        part[mirrored] = part[mirrored].flip(-1)
    labels = slices.slice_label if settings.label_of == "slice" else slices.patient_label
    return seen, inside, bottleneck, labels[chosen], cell_labels
