"""Finds the series of a study by headers alone."""

import os
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
from pydicom.uid import CTImageStorage

from core.dicom.findings import Finding
from core.dicom.header import patient_header
from core.dicom.nifti import is_nifti, nifti_series
from core.dicom.patients import by_patient
from core.dicom.regroup import regrouped
from core.dicom.slice_header import SliceHeader, read_slice_headers
from core.dicom.source import files_below
from core.dicom.stack import distinct_positions
from core.dicom.values import UNREADABLE, text
from core.domain import FloatArray, Series
from core.errors import StudyUnusableError


def find_series(folder: Path) -> tuple[Series, ...]:
    """Every series in a folder and its subfolders, or in a single file, in order of their files.

    A SeriesInstanceUID that holds several orientations, image types, matrices or pixel spacings
    gives a series for each, and another for slices that do not say where they lie; those of
    another patient are another series too.  Series of one slice each are joined by what they share.
    Files that are neither DICOM nor NIfTI are passed over.

    Raises
    ------
    StudyUnusableError
        A NIfTI file named by itself cannot be read, or nothing is found where something may not be
        read.
    """
    if folder.is_file() and is_nifti(folder):
        return (nifti_series(folder),)
    files, n_locked = _readable_files(folder)
    nifti = [_nifti(path) for path in files if is_nifti(path)]
    headers = [header for path in files if not is_nifti(path) for header in _read_headers(path)]
    dicom = (
        replace(_series(stack), patient_number=number)
        for number, of_patient in enumerate(by_patient(headers), start=1)
        for stack in regrouped(_stacks(of_patient))
    )
    found = (*dicom, *(series for series in nifti if series))
    if n_locked and not found:
        raise Finding.LOCKED.refusal(count=n_locked)
    return found


def _readable_files(folder: Path) -> tuple[list[Path], int]:
    """Files that may be read, in order, and how many files and folders may not."""
    paths, n_folders = files_below(folder)
    readable = [path for path in paths if os.access(path, os.R_OK)]
    n_locked = n_folders + len(paths) - len(readable)
    return [path for path in readable if path.is_file()], n_locked


def _nifti(path: Path) -> Series | None:
    try:
        return nifti_series(path)
    except StudyUnusableError:
        return None


def _read_headers(path: Path) -> list[SliceHeader]:
    """The slices in a file; none where it is no DICOM image."""
    try:
        headers = read_slice_headers(path)
    except UNREADABLE:
        return []
    return [header for header in headers if text(header.dataset, "SOPClassUID")]


def _stacks(headers: Iterable[SliceHeader]) -> list[list[SliceHeader]]:
    """Headers of the same stack together, each stack in file order."""
    stacks: dict[tuple[str, ...], list[list[SliceHeader]]] = {}
    for header in headers:
        alike = stacks.setdefault(header.identity, [])
        stack = next((s for s in alike if _in_one_stack(s[0], header)), None)
        if stack is None:
            alike.append([header])
        else:
            stack.append(header)
    return list(chain.from_iterable(stacks.values()))


def _in_one_stack(one: SliceHeader, other: SliceHeader) -> bool:
    if one.plane is None or other.plane is None:
        return one.plane is other.plane
    return one.plane.is_parallel(other.plane)


def _series(stack: list[SliceHeader]) -> Series:
    first = stack[0].dataset
    normal = None if stack[0].plane is None else stack[0].plane.normal
    offsets = _offsets_mm(stack)
    return Series(
        uid=text(first, "SeriesInstanceUID"),
        study_uid=text(first, "StudyInstanceUID"),
        files=tuple(dict.fromkeys(header.path for header in stack)),
        n_images=len(stack),
        n_series_uids=len({text(header.dataset, "SeriesInstanceUID") for header in stack}),
        format="dicom",
        modality=_modality(stack[0]),
        description=text(first, "SeriesDescription") or text(first, "StudyDescription"),
        body_part=text(first, "BodyPartExamined") or text(first, "StudyDescription"),
        image_type=stack[0].image_type,
        kernel=text(first, "ConvolutionKernel"),
        manufacturer=text(first, "Manufacturer"),
        contrast_agent=text(first, "ContrastBolusAgent"),
        n_slices=sum(h.n_frames for h in stack) if normal is None else len(offsets),
        spacing_mm=float(np.median(np.diff(offsets))) if len(offsets) > 1 else None,
        normal=None if normal is None else (float(normal[0]), float(normal[1]), float(normal[2])),
        patient=patient_header(first),
    )


def _offsets_mm(stack: list[SliceHeader]) -> FloatArray:
    """Distinct positions along the normal, mm, caudal first; empty where none is stated."""
    planes = [header.plane for header in stack if header.plane is not None]
    if not planes:
        return np.empty(0)
    offsets: FloatArray = np.stack([plane.position_mm for plane in planes]) @ planes[0].normal
    return offsets[distinct_positions(offsets)]


def _modality(header: SliceHeader) -> str:
    is_ct = text(header.dataset, "SOPClassUID") == CTImageStorage
    return text(header.dataset, "Modality") or ("CT" if is_ct else "")
