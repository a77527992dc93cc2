from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelInvalidError, UsageError
from core.models.card import CARD, read_card
from core.models.folder import load_model
from core.models.integrity import sha256
from core.models.likeness import (
    LIKENESS,
    Likeness,
    read_likeness,
    write_likeness,
)
from core.models.release import release_with_likeness
from core.models.runtime import choose_runtime
from core.training.likeness import learn_likeness

WIDTH = 64  # of features; beyond the 32 components there is a residual


def patients(count: int, seed: int = 0, shift: float = 0.0) -> list[np.ndarray]:
    """Features of slabs about one mean, of falling variance, and shifted along all axes."""
    rng = np.random.default_rng(seed)
    scale = 1 / np.arange(1, WIDTH + 1)
    return [(shift + rng.normal(0, scale, (30, WIDTH))).astype(np.float32) for _ in range(count)]


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    return learn_likeness(patients(80))


def test_patients_like_those_learned_from_lie_about_1(likeness: Likeness) -> None:
    found = [likeness.unlikeness(own) for own in patients(20, seed=1)]
    assert min(found) > 0.7
    assert max(found) < 1.2


def test_other_input_lies_far_from_1(likeness: Likeness) -> None:
    assert min(likeness.unlikeness(own) for own in patients(5, seed=2, shift=0.5)) > 3
    assert min(likeness.unlikeness(3 * own) for own in patients(5, seed=2)) > 2


def test_distance_and_residual_are_those_computed_by_hand() -> None:
    likeness = Likeness(
        mean=np.array([1.0, 0, 0], np.float32),
        components=np.array([[1.0, 0, 0]], np.float32),
        deviations=np.array([2.0], np.float32),
        limits=np.array([1.0, 10.0], np.float32),
    )
    features = np.array([[5.0, 3, 4], [5, 3, 4], [99, 0, 0]], np.float32)
    assert likeness.measures(features).tolist() == [2.0, 5.0]  # medians over slabs
    assert likeness.unlikeness(features) == 2.0


def test_one_patient_teaches_no_likeness() -> None:
    with pytest.raises(UsageError, match="1 patient"):
        learn_likeness(patients(1))


def test_a_file_gives_back_what_was_written(likeness: Likeness, tmp_path: Path) -> None:
    write_likeness(likeness, tmp_path / LIKENESS)
    again = read_likeness(tmp_path / LIKENESS)
    own = patients(1, seed=3)[0]
    assert again.unlikeness(own) == likeness.unlikeness(own)
    (tmp_path / LIKENESS).write_bytes(b"no tensors")
    with pytest.raises(ModelInvalidError, match="statistics"):
        read_likeness(tmp_path / LIKENESS)


def test_a_new_folder_holds_a_likeness_and_an_old_one_does_without(
    untrained_model: Path, tmp_path: Path
) -> None:
    runtime = choose_runtime("cpu")
    model = load_model(untrained_model, runtime)
    assert model.likeness is None
    images = np.random.default_rng(4).random((4, 32, 32)).astype(np.float32)
    looked = model.engine.look(images)
    assert looked.features.shape == (4, 2048)
    assert model.engine.classify(images).tolist() == looked.p_hematoma.tolist()

    learned = Likeness(
        looked.features.mean(axis=0),
        np.eye(3, 2048, dtype=np.float32),
        np.ones(3, np.float32),
        np.ones(2, np.float32),
    )
    card = replace(model.card, version="1.2.4")
    release_with_likeness(untrained_model, tmp_path / "model-1.2.4", likeness=learned, card=card)
    released = load_model(tmp_path / "model-1.2.4", runtime)
    assert released.card.version == "1.2.4"
    assert released.card.files[LIKENESS] == sha256(tmp_path / "model-1.2.4" / LIKENESS)
    assert released.likeness is not None
    assert released.likeness.unlikeness(looked.features) == learned.unlikeness(looked.features)


def test_an_altered_likeness_is_refused(untrained_model: Path, tmp_path: Path) -> None:
    card = read_card(untrained_model / CARD)
    likeness = learn_likeness(patients(4))
    folder = tmp_path / "model-1.2.4"
    release_with_likeness(untrained_model, folder, likeness=likeness, card=card)
    write_likeness(replace(likeness, limits=likeness.limits * 9), folder / LIKENESS)
    with pytest.raises(ModelInvalidError, match="altered"):
        load_model(folder, choose_runtime("cpu"))
    with pytest.raises(ModelInvalidError, match="altered"):
        release_with_likeness(folder, tmp_path / "other", likeness=likeness, card=card)
