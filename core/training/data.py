"""A folder of studies with masks, as training and evaluation read it.

``patients.csv`` (patient, split; optional: expanded, head_width_px), ``slices.csv`` (patient,
slice, has_hematoma, exclude), and ``<patient>_ct.nii.gz`` with ``<patient>_seg.nii.gz`` (1 is
hematoma): the form in which PHE-SICH-CT-IDS is kept (doi 10.1016/j.compbiomed.2024.108342).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.dicom import find_series, read_volume
from core.domain import BoolArray, Volume
from core.errors import UsageError
from core.models.preprocessing import InputSpec, prepare, to_network_grid
from core.progress import Progress, silent
from core.training.labels import distilled_label

_HEMATOMA = 1  # in *_seg.nii.gz
_HEAD_WIDTH_MM = 150.0  # of an adult: the scale of studies whose pixel spacing is nominal


@dataclass(frozen=True, slots=True)
class Cohort:
    """The tables of a data folder; one row a patient, one row a slice."""

    folder: Path
    patients: pd.DataFrame
    slices: pd.DataFrame

    @property
    def names(self) -> tuple[str, ...]:
        """All patients, in the order of the table."""
        return tuple(self.patients.index)

    def split(self, name: str) -> tuple[str, ...]:
        """Patients of a split of the table ("train", "val")."""
        return tuple(self.patients.index[self.patients["split"] == name])

    def slices_of(self, patient: str) -> pd.DataFrame:
        """Rows of one patient, caudal slice first."""
        return self.slices[self.slices["patient"] == patient].sort_values("slice")


@dataclass(frozen=True, slots=True, eq=False)
class LabelledStudy:
    """A study on the scanner's grid with what is known of it.

    ``has_hematoma`` and ``mask_usable`` are bool (slices,); ``expansion_label`` is the outcome
    where the table has one (column ``expanded``), else distilled from a risk equation.
    """

    patient: str
    volume: Volume
    mask: BoolArray
    has_hematoma: BoolArray
    mask_usable: BoolArray
    expansion_label: float


@dataclass(frozen=True, slots=True, eq=False)
class TrainingStudy:
    """A study on the network grid, in bytes: images and mask shares times 255, (slices, S, S)."""

    patient: str
    images: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    has_hematoma: BoolArray
    mask_usable: BoolArray
    expansion_label: float

    @property
    def unit_images(self) -> NDArray[np.float32]:
        """Images in [0, 1], as the networks take them."""
        return np.divide(self.images, 255, dtype=np.float32)


def read_cohort(folder: Path) -> Cohort:
    """Tables of a data folder.

    Raises
    ------
    UsageError
        A table is missing.
    """
    for name in ("patients.csv", "slices.csv"):
        if not (folder / name).is_file():
            raise UsageError(
                f"{folder.name} holds no {name}; expected a folder with patients.csv, slices.csv "
                "and NIfTI pairs *_ct.nii.gz, *_seg.nii.gz.",
                "Name such a folder, or write the tables for your own studies.",
            )
    patients = pd.read_csv(folder / "patients.csv", dtype={"patient": str}).set_index("patient")
    slices = pd.read_csv(folder / "slices.csv", dtype={"patient": str})
    return Cohort(folder, patients, slices)


def read_labelled_study(cohort: Cohort, patient: str) -> LabelledStudy:
    """One study of a cohort with its mask and labels.

    Where the table has ``head_width_px``, the pixel spacing is nominal and is replaced by the one
    that makes the head 150 mm wide.
    """
    row, slices = cohort.patients.loc[patient].to_dict(), cohort.slices_of(patient)
    volume = _read(cohort.folder / f"{patient}_ct.nii.gz")
    if "head_width_px" in row:
        spacing_mm = _HEAD_WIDTH_MM / float(row["head_width_px"])
        geometry = replace(volume.geometry, pixel_spacing_mm=(spacing_mm, spacing_mm))
        volume = replace(volume, geometry=geometry)
    mask = _read(cohort.folder / f"{patient}_seg.nii.gz").hu == _HEMATOMA
    return LabelledStudy(
        patient=patient,
        volume=volume,
        mask=mask,
        has_hematoma=slices["has_hematoma"].to_numpy() == 1,
        mask_usable=slices["exclude"].to_numpy() == 0,
        expansion_label=float(row["expanded"])
        if "expanded" in row
        else distilled_label(volume.hu, mask, volume.geometry),
    )


def load_for_training(
    cohort: Cohort, patients: Iterable[str], spec: InputSpec, progress: Progress = silent
) -> tuple[TrainingStudy, ...]:
    """Studies on the network grid, prepared by the function that inference uses."""
    names = tuple(patients)
    studies = []
    for done, name in enumerate(names):
        progress("Reading studies", done / len(names))
        studies.append(_prepared(read_labelled_study(cohort, name), spec))
    return tuple(studies)


def _prepared(study: LabelledStudy, spec: InputSpec) -> TrainingStudy:
    prepared = prepare(study.volume, spec)
    shares = to_network_grid(study.mask.astype(np.float32), prepared.box, spec.size_px)
    return TrainingStudy(
        patient=study.patient,
        images=_bytes(prepared.images),
        masks=_bytes(shares),
        has_hematoma=study.has_hematoma,
        mask_usable=study.mask_usable,
        expansion_label=study.expansion_label,
    )


def _read(path: Path) -> Volume:
    return read_volume(find_series(path)[0])


def _bytes(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (shares * 255).round().astype(np.uint8)
