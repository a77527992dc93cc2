import itertools
from pathlib import Path

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from core.errors import UsageError
from core.models.networks import HematomaNet, SliceClassifier
from core.models.runtime import Runtime
from core.progress import Cancelled, silent
from core.training import loop
from core.training.data import Cohort
from core.training.settings import CLASSIFIER_PRESETS, Stage, TrainingSettings
from core.training.splits import table_split
from core.training.train import TrainingRun, read_run, train

RUNTIME = Runtime("cpu", bfloat16=False)
EIGHT_STEPS = TrainingSettings(
    "test",
    (Stage("segment", 64, 32, 1e-3, batch_size=4),),
    schedule="one-cycle",
    average_decay=0.9,
    augmentation="strong",
)


def test_classifier_run_leaves_weights_log_and_curves(cohort: Cohort, tmp_path: Path) -> None:
    run = TrainingRun("classifier", table_split(cohort), CLASSIFIER_PRESETS["smoke"])
    weights = train(run, cohort, tmp_path, RUNTIME, silent)
    SliceClassifier().load_state_dict(load_file(weights))  # the mask heads are gone
    log = pd.read_csv(tmp_path / "1-classify-64px" / "log.csv")
    assert set(log["metric"]) == {"training_loss", "auc", "log_loss"}
    assert (tmp_path / "curves.png").stat().st_size > 1_000
    assert read_run(tmp_path) == run
    assert not list(tmp_path.glob("*/checkpoint.pt*"))


def test_interrupted_run_goes_on_to_the_same_weights(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_CHECKPOINT_S", 0.0)
    run = TrainingRun("hematoma", table_split(cohort), EIGHT_STEPS)
    whole = load_file(train(run, cohort, tmp_path / "whole", RUNTIME, silent))

    def stop_at_half(stage: str, done: float) -> None:
        if stage.startswith("segment") and done >= 0.75:
            raise Cancelled

    with pytest.raises(Cancelled):
        train(run, cohort, tmp_path / "halves", RUNTIME, stop_at_half)
    assert list(tmp_path.glob("halves/*/checkpoint.pt"))
    halves = load_file(train(run, cohort, tmp_path / "halves", RUNTIME, silent))
    for name, tensor in whole.items():
        torch.testing.assert_close(halves[name], tensor, msg=name)


def test_stage_whose_weights_were_half_written_is_not_lost(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = TrainingRun("hematoma", table_split(cohort), EIGHT_STEPS)

    def write_half(state: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr("core.training.train.save_file", write_half)
        with pytest.raises(KeyboardInterrupt):
            train(run, cohort, tmp_path, RUNTIME, silent)
    monkeypatch.setattr(loop, "_step", lambda *_: pytest.fail("a step was trained again"))
    HematomaNet().load_state_dict(load_file(train(run, cohort, tmp_path, RUNTIME, silent)))
    assert not list(tmp_path.rglob("*.partial"))


def test_looks_that_come_again_are_logged_once(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(step=loop._CHECKPOINT_S / 2)  # a checkpoint every other step
    monkeypatch.setattr(loop.time, "monotonic", lambda: next(clock))
    stage = Stage("segment", 64, 4 * 4, 1e-3, batch_size=4, evaluate_every=4)
    run = TrainingRun("hematoma", table_split(cohort), TrainingSettings("t", (stage,)))

    def stop_in_step_four(stage: str, done: float) -> None:
        if stage.startswith("segment") and done == 1.0:
            raise Cancelled

    with pytest.raises(Cancelled):  # after the look at step 3; the checkpoint is of step 2
        train(run, cohort, tmp_path, RUNTIME, stop_in_step_four)
    train(run, cohort, tmp_path, RUNTIME, silent)
    log = pd.read_csv(tmp_path / "1-segment-64px" / "log.csv")
    losses = log[log["metric"] == "training_loss"]
    assert losses["step"].tolist() == [1, 2, 3, 4]


def test_other_settings_in_the_same_folder_are_refused(cohort: Cohort, tmp_path: Path) -> None:
    split = table_split(cohort)
    train(TrainingRun("hematoma", split, EIGHT_STEPS), cohort, tmp_path, RUNTIME, silent)
    with pytest.raises(UsageError, match="other settings"):
        train(
            TrainingRun("hematoma", split, EIGHT_STEPS, seed=1), cohort, tmp_path, RUNTIME, silent
        )


def test_patience_keeps_the_best_weights_and_ends_the_stage(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([0.5, 0.9, 0.7, 0.6, 0.5, 0.4])
    monkeypatch.setattr(
        "core.training.objectives.Segment.evaluate", lambda *_: {"dice": next(looks)}
    )
    stage = Stage("segment", 64, 4 * 6, 1e-3, batch_size=4, evaluate_every=4)
    run = TrainingRun("hematoma", table_split(cohort), TrainingSettings("t", (stage,), patience=2))
    train(run, cohort, tmp_path, RUNTIME, silent)
    log = pd.read_csv(tmp_path / "1-segment-64px" / "log.csv")
    dice = log[log["metric"] == "dice"]
    assert dice["step"].tolist() == [1, 2, 3, 4]  # best at 2, then patience of 2


def test_learns_to_outline_a_bright_hematoma(cohort: Cohort, tmp_path: Path) -> None:
    settings = TrainingSettings(
        "t",
        (Stage("segment", 64, 400, 3e-3),),
        optimizer="adamw",
        schedule="one-cycle",
        hematoma_share=0.6,
    )
    run = TrainingRun("hematoma", table_split(cohort), settings)
    train(run, cohort, tmp_path, RUNTIME, silent)
    log = pd.read_csv(tmp_path / "1-segment-64px" / "log.csv")
    assert log[log["metric"] == "dice"]["value"].iloc[-1] > 0.8  # 0.02 untrained
