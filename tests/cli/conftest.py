from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from core.cli import main
from core.models.card import CARD, WORDS, ImageScore, Thresholds, compose_card, write_card
from core.models.folder import CLASSIFIER, HEMATOMA_NET, RISK, sha256
from core.models.networks import HematomaNet, SliceClassifier
from core.models.preprocessing import InputSpec
from core.models.weights import write_weights
from core.risk.ndl import NdlMap
from core.risk.published import LEE_2024
from core.risk.risk_json import write_risk_models
from tests.dicom.make import axial_geometry, head_hu, write_ct_series

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """The command line: exit code, stdout and stderr of a call."""

    def run(*argv: str | Path) -> tuple[int, str, str]:
        code = main([str(argument) for argument in argv])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture(scope="session")
def untrained_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder of small input whose networks know nothing and take every slice for blood."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("untrained-1.2.3")
    write_weights(SliceClassifier().state_dict(), folder / CLASSIFIER, "int8")
    write_weights(HematomaNet().state_dict(), folder / HEMATOMA_NET, "float16")
    write_risk_models(LEE_2024, folder / RISK)
    words = {word: word for word in WORDS} | {"limits": (), "expansion_labels": "distilled"}
    numbers = {
        "input": InputSpec(size_px=64),
        "thresholds": Thresholds(0.0, 0.0, "by hand"),
        "ndl": NdlMap(1.0, 0.8),
        "image_score": ImageScore(0.7, "by hand"),
        "metrics": {},
        "files": {name: sha256(folder / name) for name in (CLASSIFIER, HEMATOMA_NET, RISK)},
    }
    write_card(compose_card(words, numbers), folder / CARD)
    return folder


@pytest.fixture(scope="session")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head CT as a DICOM folder: 24 slices, 5 mm apart."""
    hu = head_hu()
    folder = tmp_path_factory.mktemp("head")
    write_ct_series(hu, axial_geometry(hu.shape), folder, {"SeriesInstanceUID": "1.2.3"})
    return folder
