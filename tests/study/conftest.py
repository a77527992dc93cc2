from pathlib import Path

import pytest

from core.cohort.read import read_cohort_table
from core.cohort.table import CohortTable
from core.simulate.cohort import simulate_cohort


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> CohortTable:
    """The paper's cohort, simulated: a table without images."""
    path: Path = tmp_path_factory.mktemp("simulated") / "cohort.csv"
    simulate_cohort(572, seed=1).to_csv(path, index=False)
    return read_cohort_table(path)
