"""Reads a series as a CT volume in Hounsfield units on the scanner's own grid."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    LegacyConvertedEnhancedCTImageStorage,
)

from core.dicom.codecs import can_decode
from core.dicom.damage import damage_findings, lost_slices_mm
from core.dicom.findings import Finding
from core.dicom.frames import frames
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
from core.dicom.order import order_findings
from core.dicom.orient import standard_axial
from core.dicom.reformat import axial_stack
from core.dicom.slice_header import Plane, plane, read_slice_headers
from core.dicom.stack import distinct_positions, refuse_impossible_size
from core.dicom.values import UNREADABLE, number, read_dataset, text
from core.domain import (
    FloatArray,
    Geometry,
    QualityFinding,
    Series,
    SourceImages,
    SourceSlice,
    Volume,
)

_SHARED_UIDS = ("StudyInstanceUID", "FrameOfReferenceUID")
_CT = {CTImageStorage, EnhancedCTImageStorage, LegacyConvertedEnhancedCTImageStorage}
# Cosine of 2.5 degrees: the frames of one stack, whichever side of a sagittal slice is cranial.
_PARALLEL = 0.999


@dataclass(frozen=True, slots=True, eq=False)
class _Slice:
    hu: NDArray[np.int16]
    plane: Plane
    rescale: tuple[float, float] | None
    padding_believed: bool
    bits_stored: float | None
    number: float | None
    shared_uids: tuple[str, ...]
    source: SourceSlice


def read_volume(series: Series) -> Volume:
    """The CT volume of a series, HU, slices from caudal to cranial, in standard axial display.

    Slices stay where ImagePositionPatient (0020,0032) has them: a tilted gantry gives a sheared
    stack, uneven steps stay uneven; nothing is resampled.  The voxels of coronal and sagittal
    slices are put in axial order.

    Raises
    ------
    StudyUnusableError
        The pixels cannot be decoded, there is one slice only, the slices do not say where they
        lie, or voxels are of a size that no scanner makes.
    """
    if series.n_slices < 2:
        raise Finding.SINGLE_SLICE.refusal()
    volume = read_nifti(series) if series.format == "nifti" else _read_dicom(series)
    refuse_impossible_size(volume.geometry)
    volume.hu.setflags(write=False)
    return volume


def _read_dicom(series: Series) -> Volume:
    if series.normal is None:
        raise Finding.NO_POSITION.refusal()
    normal = np.array(series.normal)
    read = [(path, _read_slices(path, normal)) for path in series.files]
    slices = [one for _, of_file in read for one in of_file]
    offsets_mm = np.array([one.plane.position_mm @ normal for one in slices])
    damaged = [path for path, of_file in read if not of_file]
    lost_mm = _lost_mm(damaged, normal, offsets_mm)
    kept = [slices[i] for i in distinct_positions(offsets_mm)]
    if len(kept) < 2:
        raise Finding.SINGLE_SLICE.refusal()
    stacked = np.stack([s.hu for s in kept])
    scanned = _geometry(kept)
    stack, axial, reformatted = axial_stack(stacked, scanned)
    if reformatted and len(lost_mm):
        raise Finding.DAMAGED_NOT_AXIAL.refusal(count=len(lost_mm))
    hu, geometry = standard_axial(stack, axial)
    findings = (
        *_of_one_slice(series),
        *_duplicates(len(slices) - len(kept)),
        *order_findings([s.number for s in kept]),
        *rescale_findings([s.rescale for s in kept], stacked),
        *_padding(kept),
        *_bits(kept),
        *damage_findings(lost_mm),
        *reformatted,
    )
    return Volume(hu, geometry, series, findings, _images(kept, scanned), tuple(lost_mm.tolist()))


def _read_slices(path: Path, normal: FloatArray) -> list[_Slice]:
    """The slices in a file that are perpendicular to the normal; none where it is damaged."""
    try:
        dataset = read_dataset(path)
        headers = frames(dataset)
    except UNREADABLE:
        return []
    planes = [plane(header) for header in headers]
    if None in planes:
        raise Finding.NO_POSITION.refusal()
    stored = _decode(path, dataset)
    if stored is None:
        return []
    if stored.ndim != (2 if len(headers) == 1 else 3):
        raise Finding.NOT_GRAY.refusal(name=path.name, shape=stored.shape)
    images = stored.reshape(len(headers), *stored.shape[-2:])
    numbers = [None] if headers[0] is dataset else range(1, len(headers) + 1)
    return [
        _slice(header, image, where, frame)
        for header, image, where, frame in zip(headers, images, planes, numbers, strict=True)
        if where is not None and abs(where.normal @ normal) > _PARALLEL
    ]


def _slice(header: Dataset, stored: StoredArray, where: Plane, frame: int | None) -> _Slice:
    slope_intercept = rescale(header)
    hu = to_hu(stored, *(slope_intercept or (1.0, 0.0)))
    believed = padding_is_plausible(header, *(slope_intercept or (1.0, 0.0)))
    if believed:
        hu[is_padding(header, stored)] = AIR_HU
    return _Slice(
        hu=hu,
        plane=where,
        rescale=slope_intercept,
        padding_believed=believed,
        bits_stored=number(header, "BitsStored"),
        number=number(header, "InstanceNumber"),
        shared_uids=tuple(text(header, tag) for tag in _SHARED_UIDS),
        source=SourceSlice(
            text(header, "SeriesInstanceUID"),
            text(header, "SOPClassUID"),
            text(header, "SOPInstanceUID"),
            frame,
        ),
    )


def _decode(path: Path, dataset: Dataset) -> StoredArray | None:
    """The stored values; None where they are damaged."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if not can_decode(syntax):
        raise Finding.UNKNOWN_COMPRESSION.refusal(name=path.name, syntax=syntax.name)
    try:
        return dataset.pixel_array
    except UNREADABLE:
        return None


def _lost_mm(damaged: list[Path], normal: FloatArray, intact_mm: FloatArray) -> FloatArray:
    """Offsets of damaged slices that no intact one stands in for, mm; by their headers."""
    if not damaged:
        return np.empty(0)
    planes = [header.plane for path in damaged for header in read_slice_headers(path)]
    offsets_mm = np.array([where.position_mm @ normal for where in planes if where is not None])
    return lost_slices_mm(intact_mm, offsets_mm, damaged[0])


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


def _images(slices: list[_Slice], geometry: Geometry) -> SourceImages | None:
    """What the slices are made of, None where a UID is missing or is of no CT image or another."""
    study, frame_of_reference = slices[0].shared_uids
    sources = tuple(one.source for one in slices)
    known = study and frame_of_reference and len({one.shared_uids for one in slices}) == 1
    named = all(one.series_uid and one.image_uid for one in sources)
    if not known or not named or not {one.class_uid for one in sources} <= _CT:
        return None
    return SourceImages(study, frame_of_reference, sources, geometry)


def _of_one_slice(series: Series) -> tuple[QualityFinding, ...]:
    count = series.n_series_uids
    return (Finding.SERIES_OF_ONE_SLICE.told(count=count),) if count > 1 else ()


def _duplicates(count: int) -> tuple[QualityFinding, ...]:
    return (Finding.DUPLICATE_SLICES.told(count=count),) if count else ()


def _bits(slices: list[_Slice]) -> tuple[QualityFinding, ...]:
    (_, most), *_ = Counter(s.bits_stored for s in slices).most_common(1)
    count = len(slices) - most
    return (Finding.BITS_DIFFER.told(count=count),) if count else ()


def _padding(slices: list[_Slice]) -> tuple[QualityFinding, ...]:
    count = sum(not s.padding_believed for s in slices)
    return (Finding.PADDING_IMPLAUSIBLE.told(count=count),) if count else ()
