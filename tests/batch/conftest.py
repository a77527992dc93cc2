import shutil
from pathlib import Path

import pytest

from core.batch.work import BatchWork
from core.cohort.read import read_cohort_table
from core.cohort.table import CohortTable
from tests.cohort.make import write_table
from tests.dicom.make import axial_geometry, head_hu, write_ct_series


@pytest.fixture(scope="session")
def studies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Studies of P1 to P5, of which P4 is damaged and P5 is missing."""
    folder = tmp_path_factory.mktemp("studies")
    hu = head_hu((12, 64, 64))
    write_ct_series(hu, axial_geometry(hu.shape), folder / "P1")
    for name in ("P2", "P3"):
        shutil.copytree(folder / "P1", folder / name)
    (folder / "P4.zip").write_bytes(b"PK damaged")
    return folder


@pytest.fixture
def table(tmp_path: Path) -> CohortTable:
    rows = ("patient,age_years,gcs", *(f"P{n},{50 + n},{3 + n}" for n in range(1, 6)))
    return read_cohort_table(write_table(tmp_path, *rows))


@pytest.fixture
def work(untrained_model: Path, tmp_path: Path) -> BatchWork:
    return BatchWork(untrained_model, tmp_path / "out", "cpu")
