from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import torch
from scipy.special import logit

from core.errors import UsageError
from core.models.card import CARD, WORDS, read_card, write_card
from core.models.folder import CLASSIFIER, GOLDEN, load_model
from core.models.golden import golden_difference
from core.models.runtime import Runtime
from core.progress import silent
from core.training import export as exporting
from core.training import held_out
from core.training.data import Cohort
from core.training.expansion import HeadRun, see, train_head
from core.training.export import expected_auc, export
from core.training.inserted import InsertedReading, LesionReading
from core.training.readings import Reading
from core.training.settings import (
    CLASSIFIER_PRESETS,
    EXPANSION_PRESETS,
    HEMATOMA_PRESETS,
    ablated,
)
from core.training.splits import cross_validation, table_split
from core.training.train import TrainingRun, train
from core.training.trained import EXPANSION, Trained
from tests.models.make import make_card

RUNTIME = Runtime("cpu", bfloat16=False)


@pytest.fixture(scope="module")
def runs(cohort: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All networks, barely trained: on the table's split and on two folds."""
    folder = tmp_path_factory.mktemp("runs")
    splits = {"all": table_split(cohort)}
    folds = cross_validation(cohort, 2, seed=0, steered=False)
    splits |= {f"fold-{n}": split for n, split in enumerate(folds, start=1)}
    presets = {"classifier": CLASSIFIER_PRESETS["smoke"], "hematoma": HEMATOMA_PRESETS["smoke"]}
    for network, settings in presets.items():
        for name, split in splits.items():
            run = TrainingRun(network, split, settings)  # type: ignore[arg-type]
            train(run, cohort, folder / network / name, RUNTIME, silent)
    settings, trained = EXPANSION_PRESETS["smoke"], Trained(folder)
    for name, split in splits.items():
        network = trained.segmentation_name(name)
        net = trained.segmentation(network)
        seen = partial(see, cohort, net, settings, seed=0, runtime=RUNTIME, progress=silent)
        for variant in (EXPANSION, "bottleneck-alone"):
            changed = settings if variant == EXPANSION else ablated(settings, variant)
            run = HeadRun(network, split, changed)
            train_head(run, seen, trained.head_folder(name, variant), RUNTIME, silent)
    return folder


@pytest.fixture
def words() -> dict[str, object]:
    card = make_card()
    return {word: getattr(card, word) for word in WORDS}


@pytest.fixture(autouse=True)
def plausible_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Barely trained networks see nothing; the release is tested on what better ones would say."""

    def read(cohort: Cohort, patients: tuple[str, ...], *_: object) -> tuple[Reading, ...]:
        return tuple(reading(int(name)) for name in patients)

    def inserted(cohort: Cohort, patients: tuple[str, ...], *_: object, **__: object) -> object:
        lesion = LesionReading("lobar", 2.0, 60.0, 0.9, 0.8)
        return tuple(InsertedReading(name, (lesion,), ()) for name in patients)

    monkeypatch.setattr(exporting, "read_patients", read)
    monkeypatch.setattr(held_out, "read_patients", read)
    monkeypatch.setattr(held_out, "read_inserted", inserted)
    monkeypatch.setattr(exporting, "read_inserted", inserted)


def reading(number: int) -> Reading:
    """Two slices, the first with hematoma; a larger hematoma has the larger risk."""
    volume_ml = np.array([5.0 + number, 0.0])
    return Reading(
        patient=f"{number:04d}",
        has_hematoma=np.array([True, False]),
        mask_usable=np.array([True, True]),
        p_hematoma=np.array([0.7 + 0.01 * number, 0.2]),
        overlap_ml=volume_ml,
        predicted_ml=volume_ml,
        truth_ml=volume_ml,
        scores=np.array([0.3 + 0.05 * number, 0.0]),
        expansion_label=0.1 + 0.05 * number,
    )


def test_released_folder_loads_and_remembers_its_answers(
    runs: Path, cohort: Cohort, words: dict[str, object], tmp_path: Path
) -> None:
    folder = tmp_path / "test-1.2.3"
    card = export(Trained(runs), cohort, words, folder, runtime=RUNTIME, progress=silent)
    model = load_model(folder, RUNTIME)
    assert model.card == card
    assert card.metrics["cross_validation"]["patients"] == len(cohort.names)
    assert card.metrics["validation"]["patients"] == 2
    assert len(card.metrics["validation"]["plotted"]["outlines"]) == 2
    assert (card.input.size_px, card.input.classifier_px) == (64, 64)  # of the last stages
    assert (
        golden_difference(model.engine, card.input, folder / GOLDEN) < 1e-3
    )  # float16 of the stored image
    assert card.thresholds == exporting.THRESHOLDS
    dl = logit(0.3 + 0.05 * np.arange(6))
    assert card.ndl.mean_logit_dl == pytest.approx(dl.mean())
    assert card.ndl.sd_logit_dl == pytest.approx(dl.std(ddof=1))
    inserted = card.metrics["inserted"]["cross_validation"]
    assert card.metrics["inserted"]["validation"]["brains"] == 2
    assert inserted["site"]["lobar"]["from_1_ml"]["dice"] == pytest.approx(0.8)
    assert inserted["unseen_sites"]["n"] == 3  # lobar blood is withheld from the second fold
    heads = card.metrics["ablations"]
    assert list(heads) == ["expansion", "bottleneck-alone"]
    assert all(-1 <= found["rank_correlation"] <= 1 for found in heads.values())
    with pytest.raises(UsageError, match="exists already"):
        export(Trained(runs), cohort, words, folder, runtime=RUNTIME, progress=silent)


def test_release_without_cross_validation_is_refused(
    runs: Path, cohort: Cohort, words: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "expansion").mkdir()
    with pytest.raises(UsageError, match="no cross-validation"):
        export(Trained(tmp_path), cohort, words, tmp_path / "out", runtime=RUNTIME, progress=silent)
    assert not (tmp_path / "out").exists()


def test_score_no_better_than_chance_is_not_released(
    runs: Path,
    cohort: Cohort,
    words: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exporting, "expected_auc", lambda *_: 0.5)
    with pytest.raises(UsageError, match="no better than chance"):
        export(Trained(runs), cohort, words, tmp_path / "out", runtime=RUNTIME, progress=silent)
    assert not list(tmp_path.iterdir())


def test_release_that_is_ended_half_way_leaves_nothing(
    runs: Path,
    cohort: Cohort,
    words: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def end(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "write_golden", end)
    with pytest.raises(KeyboardInterrupt):
        export(Trained(runs), cohort, words, tmp_path / "out", runtime=RUNTIME, progress=silent)
    assert not list(tmp_path.iterdir())


def test_expected_auc_of_certain_outcomes_is_the_auc() -> None:
    scores, outcomes = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 0.0, 1.0])
    assert expected_auc(scores, outcomes) == pytest.approx(0.75)


def test_expected_auc_counts_each_pair_by_its_chance() -> None:
    # Scores 1, 2 with risks a, b: pairs (2 beats 1) b(1-a), (1 beats 2) a(1-b), ties with itself.
    a, b = 0.2, 0.6
    won, lost, tied = b * (1 - a), a * (1 - b), a * (1 - a) + b * (1 - b)
    expected = (won + tied / 2) / (won + lost + tied)
    assert expected_auc(np.array([1.0, 2.0]), np.array([a, b])) == pytest.approx(expected)


def test_heads_on_a_released_model_keep_its_accuracy_in_slices(
    cohort: Cohort, words: dict[str, object], untrained_model: Path, tmp_path: Path
) -> None:
    base = write_card_with_metrics(copytree(untrained_model, tmp_path / untrained_model.name))
    settings, trained = EXPANSION_PRESETS["smoke"], Trained(tmp_path / "runs", base)
    net = trained.segmentation(base.name)
    seen = see(cohort, net, settings, seed=0, runtime=RUNTIME, progress=silent)
    folds = cross_validation(cohort, 2, seed=0, steered=False)
    for name, split in {"all": table_split(cohort), "fold-1": folds[0], "fold-2": folds[1]}.items():
        run = HeadRun(base.name, split, settings)
        train_head(run, lambda: seen, trained.head_folder(name), RUNTIME, silent)
    card = export(trained, cohort, words, tmp_path / "out", runtime=RUNTIME, progress=silent)
    model, beneath = load_model(tmp_path / "out", RUNTIME), load_model(base, RUNTIME)
    assert card.thresholds == beneath.card.thresholds
    assert card.metrics["cross_validation"]["slice"] == {"auc": 0.99}
    assert card.metrics["cross_validation"]["expansion"]["rank_correlation"] == pytest.approx(1)
    assert "inserted" not in card.metrics  # its networks have seen these patients
    assert card.files[CLASSIFIER] == beneath.card.files[CLASSIFIER]
    mine, theirs = (m.engine.networks.hematoma_net.unet.state_dict() for m in (model, beneath))
    for name, tensor in mine.items():
        torch.testing.assert_close(tensor, theirs[name], msg=name)


def test_classifier_of_a_released_model_is_released_again_with_its_accuracy(
    runs: Path,
    cohort: Cohort,
    words: dict[str, object],
    untrained_model: Path,
    tmp_path: Path,
) -> None:
    other = write_card_with_metrics(copytree(untrained_model, tmp_path / untrained_model.name))
    trained = Trained(runs, classifier=other)
    card = export(trained, cohort, words, tmp_path / "out", runtime=RUNTIME, progress=silent)
    its = read_card(other / CARD)
    assert card.files[CLASSIFIER] == its.files[CLASSIFIER]
    assert card.input == replace(its.input, size_px=64)  # its own, and that of the runs
    assert (card.thresholds.slice, card.thresholds.alone_ml) == (its.thresholds.slice, 0.5)
    measured = card.metrics["cross_validation"]
    assert measured["slice"].pop("outlined")["sensitivity"] == 1.0
    assert measured["slice"] == {"auc": 0.99}
    assert measured["plotted"]["roc"] == []  # of classifiers that are not the released one
    assert measured["dice"]["mean"] == 1.0
    load_model(tmp_path / "out", RUNTIME)  # refuses a golden output that is not its own


def write_card_with_metrics(folder: Path) -> Path:
    metrics = {"cross_validation": {"slice": {"auc": 0.99}}}
    write_card(replace(read_card(folder / CARD), metrics=metrics), folder / CARD)
    return folder


def test_two_models_beneath_are_refused(untrained_model: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Name one"):
        Trained(tmp_path, untrained_model, untrained_model)
