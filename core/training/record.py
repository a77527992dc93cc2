"""What a training run leaves beside its weights: its description, CSV logs, and its curves."""

import csv
import json
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pandas as pd

from core.errors import UsageError
from core.training.settings import Stage

LOG = "log.csv"
DESCRIPTION = "run.json"


class TrainingLog:
    """CSV of losses and validation metrics, one row a look, kept across resumptions.

    Looks after ``step``, where training goes on, are forgotten: they will come again.
    """

    def __init__(self, folder: Path, step: int = 0) -> None:
        self._path = folder / LOG
        self._losses: list[float] = []
        if self._path.exists():
            rows = pd.read_csv(self._path, dtype=str)
            rows[rows["step"].astype(int) <= step].to_csv(self._path, index=False)
        else:
            self._append("objective", "size_px", "step", "samples", "metric", "value")

    def loss(self, value: float) -> None:
        """Remember the loss of a step; its mean is written at the next look."""
        self._losses.append(value)

    def metrics(self, stage: Stage, step: int, metrics: dict[str, float]) -> None:
        """Write the mean loss since the last look, and the metrics of this one."""
        mean_loss = sum(self._losses) / max(1, len(self._losses))
        self._losses.clear()
        for name, value in {"training_loss": mean_loss, **metrics}.items():
            place = (stage.objective, stage.size_px, step, step * stage.batch_size)
            self._append(*place, name, f"{value:.5f}")

    def _append(self, *row: object) -> None:
        with self._path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow(row)


def make_folder(folder: Path) -> None:
    """Make a folder that can be written to, before hours of work are to be put there.

    Raises
    ------
    UsageError
        It cannot be made, or not be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"The folder {folder.name} cannot be written to: {error.strerror}.",
            "Name another --out folder.",
        ) from error


def keep_description(folder: Path, description: dict[str, Any]) -> None:
    """Write what makes a run, or check that it is the same run that goes on.

    Raises
    ------
    UsageError
        The folder holds a run with other settings.
    """
    path = folder / DESCRIPTION
    text = json.dumps(description, indent=2) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise UsageError(
            f"{folder.name} holds a run with other settings, data or seed; expected the same.",
            "Name another --out folder, or repeat the call that began this run.",
        )
    path.write_text(text, encoding="utf-8")


def draw_curves(folder: Path) -> None:
    """Draw the logs of all stages, ``curves.png``: a panel a metric, a line a stage."""
    import matplotlib  # noqa: PLC0415  half a second that only this needs

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    log = pd.concat(pd.read_csv(path) for path in sorted(folder.glob(f"*/{LOG}")))
    metrics = log["metric"].unique()
    figure, axes = plt.subplots(len(metrics), figsize=(7, 2.6 * len(metrics)), squeeze=False)
    for axis, metric in zip(axes[:, 0], metrics, strict=True):
        rows = log[log["metric"] == metric]
        for (objective, size_px), line in rows.groupby(["objective", "size_px"], sort=False):
            axis.plot(line["samples"], line["value"], "o-", label=f"{objective} {size_px} px")
        axis.set(xlabel="slices seen", ylabel=str(metric))
        axis.legend()
    figure.tight_layout()
    figure.savefig(folder / "curves.png", dpi=120)
    plt.close(figure)
