"""A simulated cohort on disk: cohort.csv first, then a folder of CTs and masks per patient."""

from pathlib import Path
from typing import Literal, TypeAlias

import pandas as pd

from core.errors import UsageError
from core.progress import Progress, silent
from core.simulate.appearance import ImageSize
from core.simulate.cohort import simulate_cohort
from core.simulate.write_patient import patients_of, with_files, write_patient
from core.writing import alone_in, in_one_step, writing_to

Images: TypeAlias = Literal["none"] | ImageSize

_README = """\
# SIMULATED: no patient in this folder is real

{n_patients} patients made up by `python -m core simulate --patients {n_patients} --seed {seed} \
--images {images}` (HEscope).
Their findings, outcomes and images are random numbers: the distributions are those of Table 1 of
Lee et al., Neuroradiology 2024 (doi 10.1007/s00234-024-03298-y), the heads are phantoms.  Whatever
is computed from them says something about software, nothing about patients.  Research use only.

`cohort.csv` has one row a patient, `simulated` in every row; blank cells are unknown on purpose.
"""


def write_cohort(
    folder: Path,
    *,
    n_patients: int,
    seed: int,
    images: Images = "none",
    progress: Progress = silent,
) -> Path:
    """Path of cohort.csv, once every patient of it is written.

    Ended early, the folder holds complete patients only; the same call goes on where it ended.

    Raises
    ------
    UsageError
        The folder holds another cohort or cannot be written to.
    """
    table = simulate_cohort(n_patients, seed=seed)
    if images != "none":
        table = with_files(table)
    readme = _README.format(n_patients=n_patients, seed=seed, images=images)
    then = "; the same call then goes on"
    with alone_in(folder, "a cohort"), writing_to(folder, then=then):
        _write_once(folder / "README.md", readme)
        _write_once(folder / "cohort.csv", table.to_csv(index=False, lineterminator="\n"))
        if images != "none":
            _write_patients(folder, table, seed, images, progress)
    return folder / "cohort.csv"


def _write_patients(
    folder: Path, table: pd.DataFrame, seed: int, size: ImageSize, progress: Progress
) -> None:
    for done, patient in enumerate(patients_of(table)):
        progress(f"Simulating {patient.name}", done / len(table))
        target = folder / patient.folder
        if not target.exists():
            with in_one_step(target) as unfinished:
                write_patient(unfinished, patient, size, seed=(seed, done))


def _write_once(file: Path, text: str) -> None:
    """Write a file; one that is there must say the same."""
    content = text.encode()
    if not file.exists():
        with in_one_step(file) as unfinished:
            unfinished.write_bytes(content)
    elif file.read_bytes() != content:
        raise UsageError(
            f"The {file.name} in the folder {file.parent.name} is not that of this cohort.",
            "Name a new folder, or repeat the call that began this one.",
        )
