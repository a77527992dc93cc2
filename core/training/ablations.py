"""What the ideas behind the expansion head are worth: the head trained without each of them.

An ablation is the run of a hematoma network whose last stage, the head, is trained otherwise on the
same segmentation network.
"""

from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

from core.errors import UsageError
from core.training.train import TrainingRun, read_run, stage_folder

ABLATIONS: dict[str, dict[str, Any]] = {
    "patient-label": {"label_of": "patient"},
    "image-branch-alone": {"head_sees": "image"},
    "bottleneck-alone": {"head_sees": "bottleneck"},
    "no-consistency": {"consistency_weight": 0.0},
}
"""Settings that an ablation changes, by its name."""

FOLDER = "ablations"


def begin_ablation(finished: Path, name: str, folder: Path) -> TrainingRun:
    """The run of an ablation, with the segmentation stages of a finished run put into its folder.

    Raises
    ------
    UsageError
        The run is not finished, or learns no expansion.
    """
    run = read_run(finished)
    kept = [stage for stage in run.settings.stages if stage.objective != "expand"]
    if len(kept) == len(run.settings.stages):
        raise UsageError(
            f"The run of {finished.name} learns no expansion; expected one that does.",
            "Train the hematoma network with a preset that ends with it.",
        )
    for place, stage in enumerate(kept):
        name_of_stage = stage_folder(place, stage)
        if not (folder / name_of_stage).exists():
            copytree(finished / name_of_stage, folder / name_of_stage)
    return replace(run, settings=replace(run.settings, **ABLATIONS[name]))
