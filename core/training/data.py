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
from core.imaging.head import Box
from core.models.preprocessing import InputSpec, prepare, to_network_grid
from core.progress import Progress, silent
from core.training.labels import ExpansionLabels, distilled_labels, outcome_labels

_TABLES = {
    "patients.csv": ("patient", "split"),
    "slices.csv": ("patient", "slice", "has_hematoma", "exclude"),
}
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
        """Patients of a split of the table ("train", "val").

        Raises
        ------
        UsageError
            There are none.
        """
        splits = self.patients["split"]
        if name not in set(splits):
            raise UsageError(
                f"No patient of patients.csv is in split {name!r}, expected one of: "
                f"{', '.join(sorted(set(splits.dropna().astype(str))))}.",
                "Name one of these, or write the split into the table.",
            )
        return tuple(self.patients.index[splits == name])

    def slices_of(self, patient: str) -> pd.DataFrame:
        """Rows of one patient, caudal slice first."""
        return self.slices[self.slices["patient"] == patient].sort_values("slice")


@dataclass(frozen=True, slots=True, eq=False)
class LabelledStudy:
    """A study on the scanner's grid with what is known of it.

    ``has_hematoma`` and ``mask_usable`` are bool (slices,); ``expansion`` is the outcome where the
    table has one (column ``expanded``), else ``distilled`` from a risk equation.
    """

    patient: str
    volume: Volume
    mask: BoolArray
    has_hematoma: BoolArray
    mask_usable: BoolArray
    expansion: ExpansionLabels
    distilled: bool

    def between(self, first: int, last: int) -> "LabelledStudy":
        """The run of slices from the first to the last."""
        part = np.arange(first, min(last + 1, len(self.mask)))
        geometry = self.volume.geometry
        return replace(
            self,
            volume=replace(
                self.volume,
                hu=self.volume.hu[part],
                geometry=replace(geometry, positions_mm=geometry.positions_mm[part]),
            ),
            mask=self.mask[part],
            has_hematoma=self.has_hematoma[part],
            mask_usable=self.mask_usable[part],
            expansion=self.expansion.at(part),
        )


@dataclass(frozen=True, slots=True, eq=False)
class TrainingStudy:
    """A study on the network grid, in bytes: images and mask shares times 255, (slices, S, S).

    ``field_mm`` is the side of its squares.
    """

    patient: str
    field_mm: float
    images: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    has_hematoma: BoolArray
    mask_usable: BoolArray
    expansion: ExpansionLabels

    def at(self, slices: NDArray[np.intp]) -> "TrainingStudy":
        """Some of the slices."""
        return replace(
            self,
            images=self.images[slices],
            masks=self.masks[slices],
            has_hematoma=self.has_hematoma[slices],
            mask_usable=self.mask_usable[slices],
            expansion=self.expansion.at(slices),
        )

    @property
    def unit_images(self) -> NDArray[np.float32]:
        """Images in [0, 1], as the networks take them."""
        return np.divide(self.images, 255, dtype=np.float32)


def read_cohort(folder: Path) -> Cohort:
    """Tables of a data folder.

    Raises
    ------
    UsageError
        A table is missing, cannot be read, lacks a column or names a patient or slice twice.
    """
    patients, slices = (_table(folder, name) for name in _TABLES)
    _refuse_repeated(patients, ["patient"], "patients.csv")
    _refuse_repeated(slices, ["patient", "slice"], "slices.csv")
    return Cohort(folder, patients.set_index("patient"), slices)


def _table(folder: Path, name: str) -> pd.DataFrame:
    if not (folder / name).is_file():
        raise UsageError(
            f"{folder.name} holds no {name}; expected a folder with patients.csv, slices.csv "
            "and NIfTI pairs *_ct.nii.gz, *_seg.nii.gz.",
            "Name such a folder, or write the tables for your own studies.",
        )
    try:
        table = pd.read_csv(folder / name, dtype={"patient": str})
    except (OSError, ValueError) as error:  # pandas' own errors are ValueErrors
        raise UsageError(
            f"{name} cannot be read, expected a table of comma-separated values in UTF-8.",
            "Check that you may read it, or save it anew.",
        ) from error
    absent = [column for column in _TABLES[name] if column not in table]
    if absent:
        raise UsageError(
            f"{name} has no column {', '.join(absent)}; expected {', '.join(_TABLES[name])}.",
            "Add it to the table.",
        )
    return table


def _refuse_repeated(table: pd.DataFrame, key: list[str], name: str) -> None:
    repeated = int(table.duplicated(key).sum())
    if repeated:
        raise UsageError(
            f"{repeated} row(s) of {name} repeat the {' and '.join(key)} of another, expected one "
            "row each.",
            "Delete the repeated rows.",
        )


def read_labelled_study(cohort: Cohort, patient: str) -> LabelledStudy:
    """One study of a cohort with its mask and labels.

    Where the table has ``head_width_px``, the pixel spacing is nominal and is replaced by the one
    that makes the head 150 mm wide.

    Raises
    ------
    UsageError
        A file is absent, mask or table do not fit the CT, or an outcome is neither 0 nor 1.
    """
    row, slices = cohort.patients.loc[patient].to_dict(), cohort.slices_of(patient)
    volume = _read(cohort.folder / f"{patient}_ct.nii.gz")
    if "head_width_px" in row:
        spacing_mm = _HEAD_WIDTH_MM / float(row["head_width_px"])
        geometry = replace(volume.geometry, pixel_spacing_mm=(spacing_mm, spacing_mm))
        volume = replace(volume, geometry=geometry)
    mask = _read(cohort.folder / f"{patient}_seg.nii.gz").hu == _HEMATOMA
    _refuse_misfit(patient, volume, mask, slices)
    distilled = "expanded" not in row
    return LabelledStudy(
        patient=patient,
        volume=volume,
        mask=mask,
        has_hematoma=slices["has_hematoma"].to_numpy() == 1,
        mask_usable=slices["exclude"].to_numpy() == 0,
        expansion=distilled_labels(volume.hu, mask, volume.geometry)
        if distilled
        else outcome_labels(_outcome(row["expanded"], patient), len(mask)),
        distilled=distilled,
    )


def load_for_training(
    cohort: Cohort, patients: Iterable[str], spec: InputSpec, progress: Progress = silent
) -> tuple[TrainingStudy, ...]:
    """Studies on the network grid, prepared by the function that inference uses."""
    names = tuple(patients)
    studies = []
    for done, name in enumerate(names):
        progress("Reading studies", done / len(names))
        studies.append(on_network_grid(read_labelled_study(cohort, name), spec))
    return tuple(studies)


def on_network_grid(study: LabelledStudy, spec: InputSpec, box: Box | None = None) -> TrainingStudy:
    """A study prepared by the function that inference uses, in the head's square or another."""
    prepared = prepare(study.volume, spec, box)
    shares = to_network_grid(study.mask.astype(np.float32), prepared.box, spec.size_px)
    return TrainingStudy(
        patient=study.patient,
        field_mm=prepared.field_mm,
        images=_bytes(prepared.images),
        masks=_bytes(shares),
        has_hematoma=study.has_hematoma,
        mask_usable=study.mask_usable,
        expansion=study.expansion,
    )


def _refuse_misfit(patient: str, volume: Volume, mask: BoolArray, slices: pd.DataFrame) -> None:
    """Labels are by place in the stack: one slice more or less would shift them all."""
    shape = volume.hu.shape
    if mask.shape != shape:
        raise UsageError(
            f"{patient}_seg.nii.gz has the shape {mask.shape}, expected that of the CT, {shape}.",
            "Export the mask again on the grid of the CT.",
        )
    if slices["slice"].tolist() != list(range(len(mask))):
        raise UsageError(
            f"slices.csv does not number the slices of patient {patient} from 0 to "
            f"{len(mask) - 1}, caudal first, expected a row for each slice of the CT.",
            "Correct the table.",
        )


def _outcome(expanded: object, patient: str) -> float:
    if expanded not in (0, 1):
        raise UsageError(
            f"patients.csv says expanded = {expanded} of patient {patient}, expected 0 or 1.",
            "Fill in the outcome, or leave the patient out; a blank is no outcome.",
        )
    return float(expanded == 1)


def _read(path: Path) -> Volume:
    if not path.is_file():
        raise UsageError(
            f"Found no {path.name}, expected it for a patient of patients.csv.",
            "Add the file, or leave the patient out of the table.",
        )
    (series,) = find_series(path)
    return read_volume(series)


def _bytes(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (shares * 255).round().astype(np.uint8)
