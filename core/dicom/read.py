"""Reads a series as a CT volume in Hounsfield units on the scanner's own grid."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import CTImageStorage

from core.dicom.findings import Finding
from core.dicom.hounsfield import (
    AIR_HU,
    StoredArray,
    is_padding,
    padding_is_plausible,
    rescale,
    rescale_findings,
    to_hu,
)
from core.dicom.nifti import read_nifti
from core.dicom.orient import standard_axial
from core.dicom.slice_header import Plane, plane
from core.dicom.stack import distinct_positions
from core.dicom.values import UNREADABLE, read_dataset, text
from core.domain import Geometry, QualityFinding, Series, SourceImages, Volume

_UIDS = (
    *("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"),
    *("SOPClassUID", "SOPInstanceUID"),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Slice:
    hu: NDArray[np.int16]
    plane: Plane
    rescale: tuple[float, float] | None
    padding_believed: bool
    uids: tuple[str, ...]


def read_volume(series: Series) -> Volume:
    """The CT volume of a series, HU, slices from caudal to cranial, in standard axial display.

    Slices stay where ImagePositionPatient (0020,0032) has them: a tilted gantry gives a sheared
    stack, uneven steps stay uneven; nothing is resampled.

    Raises
    ------
    StudyUnusableError
        The pixels cannot be decoded, there is one slice only, or the slices do not say where
        they lie.
    """
    if series.n_slices < 2:
        raise Finding.SINGLE_SLICE.refusal()
    volume = read_nifti(series) if series.format == "nifti" else _read_dicom(series)
    volume.hu.setflags(write=False)
    return volume


def _read_dicom(series: Series) -> Volume:
    if series.normal is None:
        raise Finding.NO_POSITION.refusal()
    slices = [_read_slice(path) for path in series.files]
    offsets_mm = np.stack([s.plane.position_mm for s in slices]) @ np.array(series.normal)
    kept = [slices[i] for i in distinct_positions(offsets_mm)]
    stacked = np.stack([s.hu for s in kept])
    findings = (
        *_duplicates(len(slices) - len(kept)),
        *rescale_findings([s.rescale for s in kept], stacked),
        *_padding(kept),
    )
    hu, geometry = standard_axial(stacked, _geometry(kept))
    return Volume(hu, geometry, series, findings, _images(kept))


def _read_slice(path: Path) -> _Slice:
    dataset, stored = _decode(path)
    if stored.ndim != 2:
        raise Finding.NOT_GRAY.refusal(name=path.name, shape=stored.shape)
    where = plane(dataset)
    if where is None:
        raise Finding.NO_POSITION.refusal()
    slope_intercept = rescale(dataset)
    hu = to_hu(stored, *(slope_intercept or (1.0, 0.0)))
    believed = padding_is_plausible(dataset, *(slope_intercept or (1.0, 0.0)))
    if believed:
        hu[is_padding(dataset, stored)] = AIR_HU
    return _Slice(
        hu=hu,
        plane=where,
        rescale=slope_intercept,
        padding_believed=believed,
        uids=tuple(text(dataset, tag) for tag in _UIDS),
    )


def _decode(path: Path) -> tuple[Dataset, StoredArray]:
    try:
        dataset = read_dataset(path)
        return dataset, dataset.pixel_array
    except UNREADABLE as error:
        raise Finding.NOT_DECODED.refusal(name=path.name) from error


def _geometry(slices: list[_Slice]) -> Geometry:
    rows, columns = slices[0].hu.shape
    first = slices[0].plane
    return Geometry(
        positions_mm=np.stack([s.plane.position_mm for s in slices]),
        column_axis=first.column_axis,
        row_axis=first.row_axis,
        pixel_spacing_mm=first.pixel_spacing_mm,
        rows=rows,
        columns=columns,
    )


def _images(slices: list[_Slice]) -> SourceImages | None:
    """UIDs of the slices, None where one is missing or a slice is no CT image of the same stack."""
    study, series, frame, sop_class, _ = slices[0].uids
    shared = {s.uids[:-1] for s in slices}
    if len(shared) > 1 or sop_class != CTImageStorage or not all(all(s.uids) for s in slices):
        return None
    return SourceImages(study, series, frame, tuple(s.uids[-1] for s in slices))


def _duplicates(count: int) -> tuple[QualityFinding, ...]:
    return (Finding.DUPLICATE_SLICES.told(count=count),) if count else ()


def _padding(slices: list[_Slice]) -> tuple[QualityFinding, ...]:
    count = sum(not s.padding_believed for s in slices)
    return (Finding.PADDING_IMPLAUSIBLE.told(count=count),) if count else ()
