"""Several assessments at once, in threads of one process that share one model."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from core.assets import EXAMPLES, bundled_model
from core.domain import Assessment, ClinicalFindings
from core.models.folder import Model, load_model
from core.models.runtime import REFERENCE, choose_runtime
from core.pipeline import assess, reassess

WORKERS = 8
ROUNDS = 2
Made = TypeVar("Made")


@pytest.fixture(scope="module", params=["auto", REFERENCE])
def model(request: pytest.FixtureRequest) -> Model:
    return load_model(bundled_model(), choose_runtime("cpu", request.param))


@pytest.fixture(scope="module")
def alone(model: Model) -> dict[str, Assessment]:
    """Each example study, assessed while nothing else goes on."""
    return {folder.name: assessed(folder, model) for folder in sorted(EXAMPLES.iterdir())}


def assessed(folder: Path, model: Model) -> Assessment:
    return assess(folder / "dicom", ClinicalFindings(), model)


def outlined_anew(assessment: Assessment, model: Model) -> Assessment:
    """The assessment after a reader has taken the hematoma's most cranial slice away."""
    mask = assessment.segmentation.mask.copy()
    mask[np.flatnonzero(mask.any(axis=(1, 2)))[-1:]] = False
    return reassess(assessment, mask, model)


def at_once(work: Callable[[str], Made], names: list[str]) -> list[Made]:
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, names))


def assert_same(found: Assessment, expected: Assessment) -> None:
    """Bit for bit: no arithmetic depends on who else computes."""
    assert found.input_sha256 == expected.input_sha256
    assert found.ndl == expected.ndl
    assert found.slices == expected.slices
    assert found.risk == expected.risk
    np.testing.assert_array_equal(found.segmentation.mask, expected.segmentation.mask)
    np.testing.assert_array_equal(found.activation, expected.activation)


def test_studies_assessed_at_once_are_as_each_alone(
    model: Model, alone: dict[str, Assessment]
) -> None:
    names = list(alone) * ROUNDS
    found = at_once(lambda name: assessed(EXAMPLES / name, model), names)
    for name, assessment in zip(names, found, strict=True):
        assert_same(assessment, alone[name])


def test_outlines_edited_at_once_are_scored_as_each_alone(
    model: Model, alone: dict[str, Assessment]
) -> None:
    expected = {name: outlined_anew(assessment, model) for name, assessment in alone.items()}
    names = list(alone) * ROUNDS
    found = at_once(lambda name: outlined_anew(alone[name], model), names)
    for name, assessment in zip(names, found, strict=True):
        assert_same(assessment, expected[name])
