from pathlib import Path

import numpy as np
import openvino
import pytest

from core.models import converted, openvino_networks
from core.models.card import CARD, read_card
from core.models.converted import cache_folder, converted_networks
from core.models.folder import load_model
from core.models.runtime import Runtime

OPENVINO = Runtime("cpu", bfloat16=False, openvino=True)
IMAGES = np.random.default_rng(0).random((2, 64, 64), np.float32)


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_folder()


def refuse_to_convert(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("converted again")

    monkeypatch.setattr(converted, "_converted", refuse)


def test_networks_are_converted_once_and_answer_the_same_from_the_cache(
    untrained_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_model(untrained_model, OPENVINO).engine.classify(IMAGES[:, ::2, ::2])
    refuse_to_convert(monkeypatch)
    second = load_model(untrained_model, OPENVINO).engine.classify(IMAGES[:, ::2, ::2])
    np.testing.assert_array_equal(first, second)


def test_damaged_file_in_the_cache_is_converted_anew(
    untrained_model: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = read_card(untrained_model / CARD)
    converted_networks(untrained_model, card)
    (kept,) = empty_cache.iterdir()
    weights = kept / "classifier.bin"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-8] + b"\1" * 8)
    converted_networks(untrained_model, card)
    assert weights.read_bytes() == whole
    refuse_to_convert(monkeypatch)
    converted_networks(untrained_model, card)


def test_cache_that_cannot_be_written_costs_time_and_nothing_else(
    untrained_model: Path, empty_cache: Path
) -> None:
    empty_cache.parent.mkdir(parents=True)
    empty_cache.write_text("a file where the folder should be")
    engine = load_model(untrained_model, OPENVINO).engine
    assert engine.classify(IMAGES[:, ::2, ::2]).shape == (2,)


def test_model_not_used_for_longest_leaves_the_cache(
    untrained_model: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converted, "_KEPT", 1)
    card = read_card(untrained_model / CARD)
    converted_networks(untrained_model, card)
    (first,) = empty_cache.iterdir()
    monkeypatch.setattr(converted, "_FORM", "another")
    converted_networks(untrained_model, card)
    (second,) = empty_cache.iterdir()
    assert first.name != second.name


def test_model_folder_is_not_touched(untrained_model: Path) -> None:
    before = {path: path.read_bytes() for path in untrained_model.iterdir()}
    load_model(untrained_model, OPENVINO)
    assert {path: path.read_bytes() for path in untrained_model.iterdir()} == before


def test_processes_side_by_side_are_not_bound_to_one_core(untrained_model: Path) -> None:
    networks = converted_networks(untrained_model, read_card(untrained_model / CARD))
    compiled = openvino_networks._compiled(networks.classifier, "f32")
    assert compiled.get_property("ENABLE_CPU_PINNING") is False


def test_parts_that_see_the_images_compute_in_float32(untrained_model: Path) -> None:
    runtime = Runtime("cpu", bfloat16=True, openvino=True)
    networks = openvino_networks.openvino_networks(
        untrained_model, read_card(untrained_model / CARD), runtime
    )
    for part in (networks._stem, networks._encoder):
        assert part.get_property("INFERENCE_PRECISION_HINT") == openvino.Type.f32
