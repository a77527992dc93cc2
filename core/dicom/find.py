"""Finds the series of a study by headers alone."""

import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.multival import MultiValue
from pydicom.uid import CTImageStorage

from core.dicom.findings import Finding
from core.dicom.header import PATIENT_TAGS, patient_header
from core.dicom.nifti import is_nifti, nifti_series
from core.dicom.stack import distinct_positions
from core.domain import FloatArray, Series
from core.errors import StudyUnusableError

_SERIES_TAGS = (
    "SOPClassUID",
    "SeriesInstanceUID",
    "Modality",
    "ImageType",
    "SeriesDescription",
    "StudyDescription",
    "BodyPartExamined",
    "ConvolutionKernel",
    "Manufacturer",
    "ContrastBolusAgent",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "PixelSpacing",
    "ImageOrientationPatient",
    "ImagePositionPatient",
)
# What pydicom raises on a file that is not DICOM or whose header is damaged.
_NO_HEADER = (
    InvalidDicomError,
    BytesLengthException,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    NotImplementedError,
    struct.error,
)
# Scanners print direction cosines and pixel spacing to 4 to 7 decimals, not always the same number.
_SAME_PLANE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class _Header:
    path: Path
    dataset: Dataset
    position_mm: FloatArray  # (3,), or (0,) where there is none
    plane: FloatArray  # (8,): orientation and pixel spacing; shorter where they are absent

    @property
    def identity(self) -> tuple[str, ...]:
        """What all slices of one stack have in common, word for word."""
        tags = ("SeriesInstanceUID", "SOPClassUID", "Rows", "Columns")
        return *(str(self.dataset.get(tag)) for tag in tags), *_image_type(self.dataset)


def find_series(folder: Path) -> tuple[Series, ...]:
    """Every series in a folder and its subfolders, or in a single file, in order of their files.

    A SeriesInstanceUID that holds several orientations, image types, matrices or pixel spacings
    gives a series for each.  Files that are neither DICOM nor NIfTI are passed over.

    Raises
    ------
    StudyUnusableError
        A NIfTI file named by itself cannot be read, or nothing is found where something may not be
        read.
    """
    if folder.is_file() and is_nifti(folder):
        return (nifti_series(folder),)
    files, n_locked = _files(folder)
    nifti = [_nifti(path) for path in files if is_nifti(path)]
    headers = [_read_header(path) for path in files if not is_nifti(path)]
    stacks = _stacks(header for header in headers if header is not None)
    found = (*(_series(stack) for stack in stacks), *(series for series in nifti if series))
    if n_locked and not found:
        raise Finding.LOCKED.refusal(count=n_locked)
    return found


def _files(folder: Path) -> tuple[list[Path], int]:
    """Files that may be read, in order, and how many files and folders may not."""
    locked: list[OSError] = []
    paths = (
        [folder]
        if folder.is_file()
        else sorted(
            Path(place, name)
            for place, _, names in os.walk(folder, onerror=locked.append)
            for name in names
        )
    )
    readable = [path for path in paths if os.access(path, os.R_OK)]
    n_locked = len(locked) + len(paths) - len(readable)
    return [path for path in readable if path.is_file()], n_locked


def _nifti(path: Path) -> Series | None:
    try:
        return nifti_series(path)
    except StudyUnusableError:
        return None


def _read_header(path: Path) -> _Header | None:
    tags = [*_SERIES_TAGS, *PATIENT_TAGS]
    try:
        dataset = dcmread(path, stop_before_pixels=True, specific_tags=tags)
        _convert_all(dataset)
        if "SOPClassUID" not in dataset:
            return None
        position = _numbers(dataset, "ImagePositionPatient")
        plane = np.concatenate(
            [_numbers(dataset, "ImageOrientationPatient"), _numbers(dataset, "PixelSpacing")]
        )
    except _NO_HEADER:
        return None
    return _Header(path, dataset, position, plane)


def _convert_all(dataset: Dataset) -> None:
    """Have pydicom convert values, which it puts off until they are asked for: damage shows now."""
    for _ in dataset:
        pass


def _stacks(headers: Iterable[_Header]) -> list[list[_Header]]:
    """Headers of the same stack together, each stack in file order."""
    stacks: dict[tuple[str, ...], list[list[_Header]]] = {}
    for header in headers:
        alike = stacks.setdefault(header.identity, [])
        stack = next((s for s in alike if _same_plane(s[0], header)), None)
        if stack is None:
            alike.append([header])
        else:
            stack.append(header)
    return list(chain.from_iterable(stacks.values()))


def _same_plane(one: _Header, other: _Header) -> bool:
    return one.plane.shape == other.plane.shape and np.allclose(
        one.plane, other.plane, rtol=0.0, atol=_SAME_PLANE
    )


def _series(stack: list[_Header]) -> Series:
    first = stack[0].dataset
    normal = _normal(stack)
    offsets = _offsets_mm(stack, normal)
    return Series(
        uid=_text(first, "SeriesInstanceUID"),
        files=tuple(header.path for header in stack),
        format="dicom",
        modality=_modality(first),
        description=_text(first, "SeriesDescription") or _text(first, "StudyDescription"),
        body_part=_text(first, "BodyPartExamined") or _text(first, "StudyDescription"),
        image_type=_image_type(first),
        kernel=_text(first, "ConvolutionKernel"),
        manufacturer=_text(first, "Manufacturer"),
        contrast_agent=_text(first, "ContrastBolusAgent"),
        n_slices=_n_frames(stack) if normal is None else len(offsets),
        spacing_mm=float(np.median(np.diff(offsets))) if len(offsets) > 1 else None,
        normal=None if normal is None else (float(normal[0]), float(normal[1]), float(normal[2])),
        patient=patient_header(first),
    )


def _normal(stack: list[_Header]) -> FloatArray | None:
    """Unit normal on its cranial side; None if a slice does not say where its pixels lie."""
    plane = stack[0].plane
    if len(plane) != 8 or not (np.isfinite(plane).all() and (plane[6:] > 0).all()):
        return None
    if any(len(h.position_mm) != 3 or not np.isfinite(h.position_mm).all() for h in stack):
        return None
    normal: FloatArray = np.cross(plane[:3], plane[3:6])
    length = np.linalg.norm(normal)
    if length == 0:
        return None
    return normal / (length if normal[2] >= 0 else -length)


def _offsets_mm(stack: list[_Header], normal: FloatArray | None) -> FloatArray:
    """Distinct positions along the normal, mm, caudal first; empty without a normal."""
    if normal is None:
        return np.empty(0)
    offsets = np.stack([header.position_mm for header in stack]) @ normal
    return offsets[distinct_positions(offsets)]


def _n_frames(stack: list[_Header]) -> int:
    return sum(int(header.dataset.get("NumberOfFrames") or 1) for header in stack)


def _image_type(dataset: Dataset) -> tuple[str, ...]:
    """Image Type (0008,0008), upper case: the three values that DICOM defines.

    Later values are the maker's own and may vary within a stack.
    """
    return tuple(_text(dataset, "ImageType").upper().split("\\")[:3])


def _modality(dataset: Dataset) -> str:
    is_ct = dataset.SOPClassUID == CTImageStorage
    return _text(dataset, "Modality") or ("CT" if is_ct else "")


def _numbers(dataset: Dataset, keyword: str) -> FloatArray:
    return np.array(dataset.get(keyword) or [], dtype=np.float64)


def _text(dataset: Dataset, keyword: str) -> str:
    """The value as DICOM writes it: several values joined by a backslash."""
    value = dataset.get(keyword)
    parts = value if isinstance(value, MultiValue) else [value]
    return "\\".join(str(part).strip() for part in parts if part is not None)
