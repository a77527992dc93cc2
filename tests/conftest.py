import os

# Before torch is imported: spinning threads starve a busy machine of few cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(__file__).parents[1] / "../shared/data"
    if not folder.is_dir():
        pytest.skip("real CT and tables (../shared/data beside the repository) are absent")
    return folder
