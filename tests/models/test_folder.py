import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ModelInvalidError
from core.models.card import (
    CARD,
    WORDS,
    ImageScore,
    Thresholds,
    compose_card,
    read_card,
    write_card,
)
from core.models.engine import Engine, choose_runtime
from core.models.folder import CLASSIFIER, HEMATOMA_NET, load_model, sha256
from core.models.preprocessing import InputSpec
from core.models.weights import write_weights
from core.risk.ndl import NdlMap
from core.risk.published import LEE_2024
from core.risk.risk_json import RISK, write_risk_models


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, untrained_engine: Engine) -> Path:
    folder = tmp_path_factory.mktemp("model-1.2.3")
    write_weights(untrained_engine.classifier.state_dict(), folder / CLASSIFIER, "int8")
    write_weights(untrained_engine.hematoma_net.state_dict(), folder / HEMATOMA_NET, "float16")
    write_risk_models(LEE_2024, folder / RISK)
    words = {word: word for word in WORDS} | {"limits": ("none known",), "version": "1.2.3"}
    numbers = {
        "input": InputSpec(size_px=64),
        "thresholds": Thresholds(0.3, 0.5, "by hand"),
        "ndl": NdlMap(1.0, 0.8),
        "image_score": ImageScore(0.7, "by hand"),
        "metrics": {},
        "files": {name: sha256(folder / name) for name in (CLASSIFIER, HEMATOMA_NET, RISK)},
    }
    write_card(compose_card(words, numbers), folder / CARD)
    return folder


def copy_of(released: Path, tmp_path: Path) -> Path:
    for file in released.iterdir():
        (tmp_path / file.name).hardlink_to(file)
    return tmp_path


def test_released_folder_loads_with_its_identity(released: Path) -> None:
    model = load_model(released, choose_runtime("cpu"))
    assert (model.identity.version, model.identity.sha256) == ("1.2.3", sha256(released / CARD))
    assert model.card.input.size_px == 64


def test_card_comes_back_as_written(released: Path, tmp_path: Path) -> None:
    card = read_card(released / CARD)
    write_card(card, tmp_path / CARD)
    assert read_card(tmp_path / CARD) == card


def test_altered_weights_are_refused(released: Path, tmp_path: Path) -> None:
    folder = copy_of(released, tmp_path)
    content = bytearray((folder / CLASSIFIER).read_bytes())
    content[-1] ^= 1
    (folder / CLASSIFIER).unlink()
    (folder / CLASSIFIER).write_bytes(content)
    with pytest.raises(ModelInvalidError, match=r"classifier\.safetensors .* is altered"):
        load_model(folder, choose_runtime("cpu"))


def test_missing_file_is_refused_by_name(released: Path, tmp_path: Path) -> None:
    folder = copy_of(released, tmp_path)
    (folder / RISK).unlink()
    with pytest.raises(ModelInvalidError, match=r"risk\.json .* is missing"):
        load_model(folder, choose_runtime("cpu"))


def test_folder_without_a_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelInvalidError, match="Found no card.json"):
        load_model(tmp_path, choose_runtime("cpu"))


def test_card_with_a_wrong_field_is_refused_by_its_name(released: Path, tmp_path: Path) -> None:
    card = json.loads((released / CARD).read_text())
    card["thresholds"]["slice"] = "high"
    (tmp_path / CARD).write_text(json.dumps(card))
    with pytest.raises(ModelInvalidError, match=r"thresholds\.slice"):
        read_card(tmp_path / CARD)


def test_weights_of_another_network_are_refused(released: Path, tmp_path: Path) -> None:
    folder = copy_of(released, tmp_path)
    (folder / CLASSIFIER).unlink()
    (folder / CLASSIFIER).hardlink_to(released / HEMATOMA_NET)
    card = read_card(released / CARD)
    files = card.files | {CLASSIFIER: sha256(folder / CLASSIFIER)}
    (folder / CARD).unlink()
    write_card(replace(card, files=files), folder / CARD)
    with pytest.raises(ModelInvalidError, match="does not fit the network"):
        load_model(folder, choose_runtime("cpu"))
