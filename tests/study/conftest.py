from pathlib import Path

import pytest

from core.cohort.read import read_cohort_table
from core.cohort.table import CohortTable
from core.models.folder import Model, load_model
from core.models.runtime import choose_runtime
from core.simulate.cohort import simulate_cohort
from tests.dicom.make import axial_geometry, head_hu, write_ct_series


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> CohortTable:
    """The paper's cohort, simulated: a table without images."""
    path: Path = tmp_path_factory.mktemp("simulated") / "cohort.csv"
    simulate_cohort(572, seed=1).to_csv(path, index=False)
    return read_cohort_table(path)


@pytest.fixture(scope="session")
def model(untrained_model: Path) -> Model:
    return load_model(untrained_model, choose_runtime("cpu"))


@pytest.fixture(scope="session")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head CT of Jane Doe, MRN-4711, in a folder of her name."""
    hu = head_hu()
    folder = tmp_path_factory.mktemp("studies") / "DOE_JANE"
    write_ct_series(hu, axial_geometry(hu.shape), folder)
    return folder
