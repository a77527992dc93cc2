"""One simulated patient on disk: baseline and follow-up CT as DICOM, hematoma masks as NIfTI."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np
import pandas as pd

from core.domain import PatientHeader, Segmentation
from core.report.nifti import hematoma_nifti
from core.simulate.appearance import HematomaCourse, ImageSize, draw_scans
from core.simulate.phantom import simulate_head
from core.simulate.write_dicom import SeriesIdentity, write_ct_series

_PATIENTS = PurePosixPath("patients")
_FILES = {
    "study": "baseline",
    "mask": "baseline_hematoma.nii.gz",
    "follow_up": "follow_up",
    "follow_up_mask": "follow_up_hematoma.nii.gz",
}
# Of baseline and follow-up, within the paper's 24 h; nothing else depends on it.
_ACQUIRED_AT = (datetime(2026, 1, 5, 8, 30), datetime(2026, 1, 6, 4, 30))


@dataclass(frozen=True, slots=True)
class SimulatedPatient:
    """What the images of a patient depend on; ``course`` is None where there is no hematoma."""

    name: str
    age_years: float
    sex: Literal["male", "female"]
    course: HematomaCourse | None

    @property
    def folder(self) -> PurePosixPath:
        """Where the patient's files lie, relative to cohort.csv."""
        return _PATIENTS / self.name


def with_files(table: pd.DataFrame) -> pd.DataFrame:
    """The cohort with paths to CTs and masks, relative to cohort.csv; no hematoma, no mask."""
    bleeding = table["volume_ml"].notna()
    for at, (column, name) in enumerate(_FILES.items(), start=1):
        paths = f"{_PATIENTS}/" + table["patient"] + f"/{name}"
        table.insert(at, column, paths if column == "study" else paths.where(bleeding))
    return table


def patients_of(table: pd.DataFrame) -> Iterator[SimulatedPatient]:
    """The patients of a simulated cohort, in its order."""
    for row in table.to_dict("records"):
        course = None
        if pd.notna(row["volume_ml"]):
            course = HematomaCourse(row["volume_ml"], row["follow_up_volume_ml"], row["expanded"])
        yield SimulatedPatient(row["patient"], row["age_years"], row["sex"], course)


def write_patient(
    folder: Path, patient: SimulatedPatient, size: ImageSize, *, seed: tuple[int, int]
) -> None:
    """Write a patient's CTs and masks; the follow-up shows the same head, its hematoma grown."""
    rng = np.random.default_rng(seed)
    head_seed = int(rng.integers(2**31))
    folder.mkdir()
    for scan, settings in enumerate(draw_scans(patient.course, patient.age_years, size, rng)):
        study, mask = (("study", "mask"), ("follow_up", "follow_up_mask"))[scan]
        phantom = simulate_head(settings, seed=head_seed, scan=scan)
        identity = SeriesIdentity(
            seed=head_seed + scan,
            patient_name=f"SIMULATED^{patient.name}",
            patient_id=patient.name,
            patient=PatientHeader(patient.age_years, patient.sex, _ACQUIRED_AT[scan]),
        )
        write_ct_series(phantom.hu, phantom.geometry, folder / _FILES[study], identity=identity)
        if settings.hematoma is not None:
            hematoma = Segmentation(phantom.hematoma, phantom.geometry)
            (folder / _FILES[mask]).write_bytes(hematoma_nifti(hematoma))
