import pytest
import torch

from core.models.engine import Engine
from core.models.networks import HematomaNet, SliceClassifier
from core.models.runtime import training_runtime
from core.models.torch_networks import torch_engine


@pytest.fixture(scope="session")
def untrained_engine() -> Engine:
    torch.manual_seed(0)
    return torch_engine(SliceClassifier(), HematomaNet(), training_runtime("cpu"))
