"""From what the user hands over to the table of a cohort."""

from pathlib import Path
from typing import BinaryIO

from core.cohort.read import read_cohort_table
from core.cohort.table import CohortTable
from core.risk.table1 import N_SCANNED
from core.simulate.write_cohort import write_cohort
from core.writing import scratch_folder

_TABLE = "cohort.csv"
EXAMPLE_PATIENTS = 20


def open_table(handed: Path | BinaryIO) -> CohortTable:
    """Table of a file, of the ``cohort.csv`` in a folder, or of an upload.

    An upload lies in a temporary folder while it is read, and nowhere afterwards.

    Raises
    ------
    HescopeError
        The file cannot be opened, or is no table with a column ``patient``.
    """
    if isinstance(handed, Path):
        return read_cohort_table(handed / _TABLE if handed.is_dir() else handed)
    with scratch_folder() as folder:
        path = folder / Path(handed.name).name
        path.write_bytes(handed.read())
        handed.seek(0)  # the upload stays on the page and may be handed over again
        return read_cohort_table(path)


def simulated_table() -> CohortTable:
    """The paper's cohort with simulated patients, without images."""
    with scratch_folder() as folder:
        return read_cohort_table(write_cohort(folder, n_patients=N_SCANNED, seed=1))


def example_csv() -> bytes:
    """A small table in the form that is read, of simulated patients."""
    with scratch_folder() as folder:
        return write_cohort(folder, n_patients=EXAMPLE_PATIENTS, seed=1).read_bytes()
