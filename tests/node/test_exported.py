"""Who took what of a received study, in the trail."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.node.exported import note_export
from core.node.receive import take_in
from core.node.settings import NodeSettings, write_settings
from core.node.state import State
from core.node.store import Store


@pytest.fixture
def images(study: Path, store: Store, state: State) -> Path:
    """Folder of a received study's images."""
    for file in study.iterdir():
        uid = take_in(file.read_bytes(), store, state, wait_s=0.0)
    assert uid
    return store.images(uid)


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "reader7")


def exports(state: State) -> list[dict[str, Any]]:
    said = [json.loads(entry.event) for entry in state.trail()]
    return [one for one in said if one["what"] == "exported"]


def batch_of(rows: str, folder: Path, model: Path) -> list[str]:
    """Call of a batch on patients with the paths of their studies."""
    table, out = folder / "table.csv", folder / "out"
    table.write_text(f"patient,study\n{rows}")
    return ["batch", str(folder), "--table", str(table), "--model", str(model), "--out", str(out)]


def test_a_deidentified_copy_of_a_received_study_is_in_the_trail(
    images: Path, state: State, tmp_path: Path
) -> None:
    assert main(["deidentify", str(images), "--out", str(tmp_path / "out")]) == 0
    (said,) = exports(state)
    assert said["export"] == "de-identified copy"
    assert said["by"] == "reader7"
    assert said["study_uid"] == state.studies()[0].header.study_uid


def test_files_of_an_assessment_by_hand_are_in_the_trail(
    images: Path, state: State, tmp_path: Path, untrained_model: Path
) -> None:
    call = ["assess", str(images), "--model", str(untrained_model), "--device", "cpu"]
    assert main([*call, "--out", str(tmp_path / "out"), "--identify"]) == 0
    assert [one["export"] for one in exports(state)] == ["files of assess, patient named"]


def test_files_of_a_batch_are_in_the_trail(
    images: Path, state: State, tmp_path: Path, untrained_model: Path
) -> None:
    call = batch_of(f"P1,{images}\nP2,\n", tmp_path, untrained_model)
    assert main([*call, "--device", "cpu", "--workers", "1"]) == 0
    assert [one["export"] for one in exports(state)] == ["files of batch"]


def test_a_batch_that_is_refused_takes_nothing(
    images: Path, state: State, tmp_path: Path, untrained_model: Path
) -> None:
    assert main(batch_of(f"Doe^John,{images}\n", tmp_path, untrained_model)) == 4
    assert exports(state) == []


def test_a_study_that_was_not_received_leaves_no_trace(
    images: Path, study: Path, state: State, tmp_path: Path
) -> None:
    assert main(["deidentify", str(study), "--out", str(tmp_path / "out")]) == 0
    assert exports(state) == []


def test_where_no_trail_is_kept_nothing_is_noted(images: Path, store: Store, state: State) -> None:
    write_settings(NodeSettings(audited=False), store.folder)
    note_export(images, "report.pdf")
    assert exports(state) == []
