import errno
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from core.errors import ModelInvalidError, UsageError
from core.explain.gradcam import activation_maps
from core.models.card import CARD, read_card, write_card
from core.models.earlier import LogSumExpHead
from core.models.folder import CLASSIFIER, FILES, GOLDEN, HEMATOMA_NET, load_model
from core.models.integrity import sha256
from core.models.release import new_model_folder
from core.models.runtime import choose_runtime
from core.models.weights import read_weights, write_weights
from core.risk.ndl import SummedNdlMap
from core.risk.risk_json import RISK
from tests.models.make import write_untrained_model


def copy_of(untrained_model: Path, tmp_path: Path) -> Path:
    for file in untrained_model.iterdir():
        (tmp_path / file.name).hardlink_to(file)
    return tmp_path


def test_released_folder_loads_with_its_identity(untrained_model: Path) -> None:
    model = load_model(untrained_model, choose_runtime("cpu"))
    assert (model.identity.version, model.identity.sha256) == (
        "1.2.3",
        sha256(untrained_model / CARD),
    )
    assert model.card.input.size_px == 64


def test_folder_of_the_earlier_schema_keeps_its_head_and_its_scale(tmp_path: Path) -> None:
    ndl = SummedNdlMap(0.9, 0.5)
    write_untrained_model(tmp_path, LogSumExpHead, schema="hescope-model/1", ndl=ndl)
    model = load_model(tmp_path, choose_runtime("cpu"))
    assert isinstance(model.engine.head, LogSumExpHead)
    assert model.card.ndl == ndl
    images = np.random.default_rng(0).random((3, 64, 64), np.float32)
    every = np.ones(3, bool)
    near, far = (model.engine.segment(images, every, field_mm) for field_mm in (150.0, 200.0))
    scores = model.engine.expansion(near)
    assert scores.tolist() == model.engine.expansion(far).tolist()  # it knows no millimeters
    maps = activation_maps(model.engine, near)
    assert (maps.shape, maps.max() <= 1) == (images.shape, True)


def test_card_comes_back_as_written(untrained_model: Path, tmp_path: Path) -> None:
    card = read_card(untrained_model / CARD)
    write_card(card, tmp_path / CARD)
    assert read_card(tmp_path / CARD) == card


def test_altered_weights_are_refused(untrained_model: Path, tmp_path: Path) -> None:
    folder = copy_of(untrained_model, tmp_path)
    content = bytearray((folder / CLASSIFIER).read_bytes())
    content[-1] ^= 1
    (folder / CLASSIFIER).unlink()
    (folder / CLASSIFIER).write_bytes(content)
    with pytest.raises(ModelInvalidError, match=r"classifier\.safetensors .* is altered"):
        load_model(folder, choose_runtime("cpu"))


def test_missing_file_is_refused_by_name(untrained_model: Path, tmp_path: Path) -> None:
    folder = copy_of(untrained_model, tmp_path)
    (folder / RISK).unlink()
    with pytest.raises(ModelInvalidError, match=r"risk\.json .* is missing"):
        load_model(folder, choose_runtime("cpu"))


def test_folder_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelInvalidError, match="Found no card.json"):
        load_model(tmp_path, choose_runtime("cpu"))


def test_card_with_a_wrong_field_is_refused_by_its_name(
    untrained_model: Path, tmp_path: Path
) -> None:
    card = json.loads((untrained_model / CARD).read_text())
    card["thresholds"]["slice"] = "high"
    (tmp_path / CARD).write_text(json.dumps(card))
    with pytest.raises(ModelInvalidError, match=r"thresholds\.slice"):
        read_card(tmp_path / CARD)


@pytest.mark.parametrize("part", [(), ("input",), ("thresholds",), ("ndl",), ("image_score",)])
def test_card_with_an_unknown_field_is_refused_by_its_name(
    part: tuple[str, ...], untrained_model: Path, tmp_path: Path
) -> None:
    card = json.loads((untrained_model / CARD).read_text())
    (card[part[0]] if part else card)["threshold_of_old"] = 0.3
    (tmp_path / CARD).write_text(json.dumps(card))
    with pytest.raises(ModelInvalidError, match=".*".join([*part, "threshold_of_old"])):
        read_card(tmp_path / CARD)


def test_weights_of_another_network_are_refused(untrained_model: Path, tmp_path: Path) -> None:
    folder = copy_of(untrained_model, tmp_path)
    (folder / CLASSIFIER).unlink()
    (folder / CLASSIFIER).hardlink_to(untrained_model / HEMATOMA_NET)
    card = read_card(untrained_model / CARD)
    files = card.files | {CLASSIFIER: sha256(folder / CLASSIFIER)}
    (folder / CARD).unlink()
    write_card(replace(card, files=files), folder / CARD)
    with pytest.raises(ModelInvalidError, match="does not fit the network"):
        load_model(folder, choose_runtime("cpu"))


def test_card_that_names_no_hashes_is_refused(untrained_model: Path, tmp_path: Path) -> None:
    folder = copy_of(untrained_model, tmp_path)
    rewritten_card(folder, files={})
    with pytest.raises(ModelInvalidError, match="names no SHA-256 of classifier.safetensors"):
        load_model(folder, choose_runtime("cpu"))


@pytest.mark.parametrize("threshold", [0.0, 1.0, -0.5, 2.0])
def test_threshold_that_is_no_probability_is_refused(
    untrained_model: Path, tmp_path: Path, threshold: float
) -> None:
    folder = copy_of(untrained_model, tmp_path)
    document = json.loads((folder / CARD).read_text())
    document["thresholds"]["slice"] = threshold
    (folder / CARD).unlink()
    (folder / CARD).write_text(json.dumps(document))
    with pytest.raises(ModelInvalidError, match=r"card.json.thresholds.slice cannot be used"):
        load_model(folder, choose_runtime("cpu"))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(
    untrained_model: Path, tmp_path: Path, number: float
) -> None:
    folder = copy_of(untrained_model, tmp_path)
    state = read_weights(folder / HEMATOMA_NET)
    next(tensor for tensor in state.values() if tensor.ndim == 4)[0, 0, 0, 0] = number
    (folder / HEMATOMA_NET).unlink()
    write_weights(state, folder / HEMATOMA_NET, "float16")
    rehashed(folder)
    with pytest.raises(ModelInvalidError, match="is not finite throughout"):
        load_model(folder, choose_runtime("cpu"))


def test_networks_that_answer_otherwise_than_at_release_are_refused(
    untrained_model: Path, tmp_path: Path
) -> None:
    folder = copy_of(untrained_model, tmp_path)
    stored = load_file(folder / GOLDEN)
    stored["p_hematoma"] = (stored["p_hematoma"] + 0.5) % 1
    (folder / GOLDEN).unlink()
    save_file(stored, folder / GOLDEN)
    rehashed(folder)
    with pytest.raises(ModelInvalidError, match="answer otherwise than when they were released"):
        load_model(folder, choose_runtime("cpu"))


def test_golden_output_without_its_image_is_refused(untrained_model: Path, tmp_path: Path) -> None:
    folder = copy_of(untrained_model, tmp_path)
    (folder / GOLDEN).unlink()
    save_file({"p_hematoma": np.zeros(1, np.float32)}, folder / GOLDEN)
    rehashed(folder)
    with pytest.raises(ModelInvalidError, match="does not hold an image"):
        load_model(folder, choose_runtime("cpu"))


def test_new_folder_on_a_full_disk_is_refused_and_nothing_stays(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="cannot be written to: No space left"),
        new_model_folder(tmp_path / "site-1.0.0"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def rewritten_card(folder: Path, **changes: Any) -> None:
    card = replace(read_card(folder / CARD), **changes)
    (folder / CARD).unlink()  # a link to the one that all tests share
    write_card(card, folder / CARD)


def rehashed(folder: Path) -> None:
    rewritten_card(folder, files={name: sha256(folder / name) for name in FILES})
