"""Reads a series as a CT volume in Hounsfield units on the scanner's own grid."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import CTImageStorage

from core.dicom.findings import Finding
from core.dicom.hounsfield import AIR_HU, StoredArray, is_padding, rescale, rescale_missing, to_hu
from core.dicom.nifti import read_nifti
from core.dicom.orient import standard_axial
from core.dicom.stack import distinct_positions
from core.domain import FloatArray, Geometry, QualityFinding, Series, SourceImages, Volume

# What pydicom and its decoders raise on pixels that are damaged or need a decoder that is absent.
_NO_PIXELS = (
    InvalidDicomError,
    OSError,
    EOFError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    TypeError,
)
_UIDS = (
    *("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"),
    *("SOPClassUID", "SOPInstanceUID"),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Slice:
    hu: NDArray[np.int16]
    position_mm: FloatArray
    column_axis: FloatArray
    row_axis: FloatArray
    pixel_spacing_mm: tuple[float, float]
    rescaled: bool
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
    offsets_mm = np.stack([s.position_mm for s in slices]) @ np.array(series.normal)
    kept = [slices[i] for i in distinct_positions(offsets_mm)]
    hu, geometry = standard_axial(np.stack([s.hu for s in kept]), _geometry(kept))
    findings = (*_duplicates(len(slices) - len(kept)), *_rescale(kept, hu))
    return Volume(hu, geometry, series, findings, _images(kept))


def _read_slice(path: Path) -> _Slice:
    dataset, stored = _decode(path)
    if stored.ndim != 2:
        raise Finding.NOT_GRAY.refusal(name=path.name, shape=stored.shape)
    slope_intercept = rescale(dataset)
    hu = to_hu(stored, *(slope_intercept or (1.0, 0.0)))
    hu[is_padding(dataset, stored)] = AIR_HU
    orientation = np.array(dataset.ImageOrientationPatient, dtype=np.float64)
    row_mm, column_mm = (float(value) for value in dataset.PixelSpacing)
    return _Slice(
        hu=hu,
        position_mm=np.array(dataset.ImagePositionPatient, dtype=np.float64),
        column_axis=orientation[:3],
        row_axis=orientation[3:],
        pixel_spacing_mm=(row_mm, column_mm),
        rescaled=slope_intercept is not None,
        uids=tuple(str(dataset.get(tag) or "") for tag in _UIDS),
    )


def _decode(path: Path) -> tuple[Dataset, StoredArray]:
    try:
        dataset = dcmread(path)
        return dataset, dataset.pixel_array
    except _NO_PIXELS as error:
        raise Finding.NOT_DECODED.refusal(name=path.name) from error


def _geometry(slices: list[_Slice]) -> Geometry:
    first = slices[0]
    rows, columns = first.hu.shape
    return Geometry(
        positions_mm=np.stack([s.position_mm for s in slices]),
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


def _rescale(slices: list[_Slice], hu: NDArray[np.int16]) -> tuple[QualityFinding, ...]:
    return () if all(s.rescaled for s in slices) else (rescale_missing(hu),)
