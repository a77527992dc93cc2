import json
from pathlib import Path

import pytest

from core.models.card import ModelCard
from core.training.data import Cohort
from core.training.settings import ABLATIONS
from core.training.trained import Trained
from tests.cli.conftest import Call
from tests.models.make import make_card

ABOUT = Path(__file__).parents[2] / "assets" / "models" / "about.json"


@pytest.fixture(scope="module")
def runs(cohort: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.mark.parametrize("network", ["classifier", "hematoma"])
def test_trained_weights_are_named(call: Call, cohort: Cohort, runs: Path, network: str) -> None:
    argv = ["train", network, cohort.folder, "--out", runs, "--preset", "smoke", "--device", "cpu"]
    code, out, _ = call(*argv, "--folds", "2", "--fold", "2")
    assert code == 0
    weights = Path(out.strip())
    assert weights.is_file()
    assert weights.parent == runs / network / "fold-2"
    assert not (runs / network / "fold-1").exists()


@pytest.mark.parametrize(
    ("folds", "complaint"),
    [
        (["--folds", "3", "--fold", "4"], "1 to 3 expected"),
        (["--folds", "1"], "2 to 6"),
        (["--folds", "7"], "2 to 6"),
        (["--fold", "1"], "without --folds"),
    ],
)
def test_folds_that_cannot_be_are_a_usage_error(
    call: Call, cohort: Cohort, tmp_path: Path, folds: list[str], complaint: str
) -> None:
    code, _, err = call("train", "classifier", cohort.folder, "--out", tmp_path, *folds)
    assert code == 2
    assert complaint in err
    assert not list(tmp_path.iterdir())


def test_impossible_seed_is_a_usage_error(call: Call, cohort: Cohort, tmp_path: Path) -> None:
    code, _, err = call("train", "classifier", cohort.folder, "--out", tmp_path, "--seed", "-1")
    assert (code, err.splitlines()[0]) == (2, "error: --seed -1 found, 0 or more expected.")


def test_output_that_cannot_be_written_is_a_usage_error(
    call: Call, cohort: Cohort, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    about = tmp_path / "about.json"
    about.write_text("{}")
    for verb in (["train", "classifier"], ["export", tmp_path, "--about", about]):
        code, _, err = call(*verb, cohort.folder, "--out", tmp_path / "file" / "runs")
        assert code == 2
        assert "cannot be written to" in err


def test_all_that_a_release_needs_is_trained_in_one_call(
    call: Call, cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def export(trained: Trained, *rest: object, **_: object) -> ModelCard:
        asked.append((trained, *rest))
        return make_card()

    monkeypatch.setattr("core.training.export.export", export)  # two steps teach nothing
    started: list[object] = []
    monkeypatch.setattr("core.training.train.load_imagenet_encoder", started.append)
    argv = ["train", "release", cohort.folder, "--out", tmp_path, "--to", tmp_path / "model"]
    argv += ["--about", ABOUT, "--preset", "smoke", "--device", "cpu", "--folds", "2"]
    code, out, _ = call(*argv, "--imagenet")
    assert code == 0
    assert len(started) == 3  # the segmentation of each run; no hub is asked for a classifier
    weights = out[: out.index("{")].splitlines()
    assert len(weights) == 3 * 3 + 2 * len(ABLATIONS)  # all, two folds; ablations in folds alone
    (trained, _, words, folder), *others = asked
    assert not others
    assert folder == tmp_path / "model"
    assert words == json.loads(ABOUT.read_text())
    assert trained.folds == ["fold-1", "fold-2"]
    for run in ("all", *trained.folds):
        trained.networks(run)  # refuses what is not finished


@pytest.mark.parametrize("wrong", ["about", "to"])
def test_release_that_cannot_be_is_refused_before_training(
    call: Call, cohort: Cohort, tmp_path: Path, wrong: str
) -> None:
    given = {"about": ABOUT, "to": tmp_path / "new"}
    given[wrong] = {"about": tmp_path / "none.json", "to": tmp_path}[wrong]
    argv = ["train", "release", cohort.folder, "--out", tmp_path / "runs"]
    code, _, err = call(*argv, "--about", given["about"], "--to", given["to"])
    assert code == 2
    assert {"about": "none.json", "to": "exists already"}[wrong] in err
    assert not (tmp_path / "runs").exists()


def test_absent_about_file_is_named_without_its_path(
    call: Call, cohort: Cohort, tmp_path: Path
) -> None:
    about = tmp_path / "absent.json"
    code, _, err = call(
        "export", tmp_path, cohort.folder, "--about", about, "--out", tmp_path / "model"
    )
    assert code == 2
    assert "absent.json cannot be read as JSON (No such file or directory)." in err


@pytest.mark.parametrize("words", ["[]", "{", ""])
def test_about_file_that_is_no_object_is_a_usage_error(
    call: Call, cohort: Cohort, tmp_path: Path, words: str
) -> None:
    about = tmp_path / "about.json"
    about.write_text(words)
    code, _, err = call(
        "export", tmp_path, cohort.folder, "--about", about, "--out", tmp_path / "model"
    )
    assert code == 2
    assert "about.json" in err
    assert not (tmp_path / "model").exists()


def test_accuracy_of_a_model_is_printed(call: Call, cohort: Cohort, untrained_model: Path) -> None:
    argv = ["evaluate", cohort.folder, "--model", untrained_model, "--device", "cpu"]
    code, out, _ = call(*argv, "--split", "val", "--json")
    accuracy = json.loads(out)
    assert code == 0
    assert accuracy["patients"] == 2
    assert {"auc", "auc_ci95", "sensitivity", "specificity", "threshold"} <= set(accuracy["slice"])
    assert {"mean", "median", "pooled", "mean_ci95"} <= set(accuracy["dice"])
    assert "volume_bias_ml" in accuracy
    code, out, _ = call(*argv)
    assert code == 0
    assert "6 patients" in out


def test_accuracy_on_inserted_hematomas_is_printed(
    call: Call, phantoms: Cohort, untrained_model: Path
) -> None:
    argv = ["evaluate", phantoms.folder, "--inserted", "--model", untrained_model]
    code, out, _ = call(*argv, "--device", "cpu")
    assert code == 0
    assert "3 brains with inserted hematomas" in out
    assert "Look-alikes taken for hematoma" in out
    code, out, _ = call(*argv, "--device", "cpu", "--json")
    assert {"site", "size", "density", "lookalikes"} <= set(json.loads(out))
    code, _, err = call(*argv, "--copies", "0")
    assert code == 2
    assert "--copies 0" in err
