import pytest
import torch

from core.models.engine import Engine, choose_runtime
from core.models.networks import HematomaNet, SliceClassifier


@pytest.fixture(scope="session")
def untrained_engine() -> Engine:
    torch.manual_seed(0)
    return Engine(SliceClassifier(), HematomaNet(), choose_runtime("cpu"))
