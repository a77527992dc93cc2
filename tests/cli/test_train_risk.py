from pathlib import Path

import pytest

from core.assets import own_models, own_models_folder
from core.models.card import CARD, read_card
from core.simulate.cohort import simulate_cohort
from core.study.recalibrated import RECALIBRATION
from tests.cli.conftest import Call


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cohort") / "cohort.csv"
    simulate_cohort(572, seed=1).to_csv(path, index=False)
    return path


def test_fitted_model_is_named_by_its_folder(
    call: Call, table: Path, untrained_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "st-elsewhere-1.2.0"
    code, printed, _ = call(
        "train", "risk", "--cohort", table, "--from", untrained_model, "--out", out
    )
    assert code == 0
    card = read_card(out / CARD)
    assert (card.name, card.version) == ("st-elsewhere", "1.2.0")
    assert printed.startswith("Simulated patients: these risks hold for no patient.")
    assert printed.count("101 test patients") >= 2
    assert "Research use only" in printed


@pytest.mark.parametrize("method", ["intercept", "slope"])
def test_named_model_goes_where_the_app_looks(
    method: str,
    call: Call,
    table: Path,
    untrained_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.assets.user_data_path", lambda *_, **__: tmp_path / "hescope")
    argv = ["train", "risk", "--cohort", table, "--from", untrained_model]
    code, _, _ = call(*argv, "--name", "hospital-1.0.0", "--recalibrate", method)
    assert code == 0
    assert own_models() == (own_models_folder() / "hospital-1.0.0",)
    assert (own_models()[0] / RECALIBRATION).is_file()
    code, _, err = call(*argv, "--name", "hospital-1.0.0")
    assert code == 2
    assert "exists already" in err


@pytest.mark.parametrize("name", ["hospital", "hospital-1.x", "../other-1.0.0", "-1.0.0"])
def test_name_without_a_version_is_a_usage_error(
    name: str, call: Call, table: Path, tmp_path: Path
) -> None:
    code, _, err = call(
        "train", "risk", "--cohort", table, "--out", tmp_path / "x-1.0.0", f"--name={name}"
    )
    assert code == 2
    assert "name and version expected" in err
    assert not list(tmp_path.iterdir())


def test_call_without_name_and_folder_is_a_usage_error(call: Call, table: Path) -> None:
    code, _, err = call("train", "risk", "--cohort", table)
    assert (code, "--name" in err) == (2, True)
    code, _, err = call("train", "risk", "--cohort", table, "--seed", "-1")
    assert (code, err.splitlines()[0]) == (2, "error: --seed -1 found, 0 or more expected.")


def test_table_with_problems_is_refused(call: Call, untrained_model: Path, tmp_path: Path) -> None:
    table = tmp_path / "cohort.csv"
    table.write_text("patient,gcs,expanded\nA,17,1\n")
    code, _, err = call(
        "train", "risk", "--cohort", table, "--from", untrained_model, "--out", tmp_path / "m-1.0"
    )
    assert code == 4
    assert "cohort check" in err
    assert not (tmp_path / "m-1.0").exists()


def test_imputed_training_is_on_the_card(
    call: Call, table: Path, untrained_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site-1.0.0"
    argv = ["train", "risk", "--cohort", table, "--from", untrained_model, "--out", out]
    code, _, _ = call(*argv, "--missing", "imputed")
    assert code == 0
    words = read_card(out / CARD).risk_models
    assert "Fitted to 458 patients" in words
    assert "Of 458 patients these values were imputed: gcs in" in words


def test_imputation_is_refused_where_nothing_is_fitted(
    call: Call, table: Path, tmp_path: Path
) -> None:
    argv = ["train", "risk", "--cohort", table, "--out", tmp_path / "site-1.0.0"]
    code, _, err = call(*argv, "--missing", "imputed", "--recalibrate", "slope")
    assert (code, "beside --recalibrate" in err) == (2, True)
