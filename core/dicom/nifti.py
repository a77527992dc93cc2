"""NIfTI files in, and the affine that takes HEscope's grid out to NIfTI (RAS, mm)."""

import gzip
import math
import zlib
from dataclasses import replace
from pathlib import Path
from typing import cast

import nibabel
import numpy as np
from nibabel.arrayproxy import ArrayProxy
from nibabel.filebasedimages import ImageFileError
from nibabel.nifti1 import Nifti1Header, Nifti1Pair
from nibabel.spatialimages import HeaderDataError

from core.dicom.findings import Finding
from core.dicom.hounsfield import to_hu
from core.dicom.orient import standard_axial
from core.domain import FloatArray, Geometry, QualityFinding, Series, Volume

_UNREADABLE = (
    ImageFileError,
    HeaderDataError,
    OSError,
    EOFError,
    ValueError,
    zlib.error,
    OverflowError,
)
# 1000 slices of 1024 x 1024: no head CT is larger, and more does not fit in memory.
MAX_VOXELS = 2**30
_CHUNK_BYTES = 2**20
# A voxel of a head CT at the far corner of the volume.
_SAME_MM = 0.2
# A quaternion cannot say the shear of a tilted gantry; cosines are float32.
_NO_SHEAR = 1e-3
_INTERCEPTS_HU = (0, -1000, -1024)
_LPS_FROM_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def is_nifti(path: Path) -> bool:
    """Whether the name is that of a single-file NIfTI."""
    return path.name.lower().endswith((".nii", ".nii.gz"))


def nifti_series(path: Path) -> Series:
    """The file as a series, by its header alone.

    NIfTI does not say how an image was made: it is taken as the CT that it is presented as.

    Raises
    ------
    StudyUnusableError
        The file cannot be read, or is no single three-dimensional image.
    """
    image = _load(path)
    geometry = _geometry(image, _axes(image))
    steps_mm = np.abs(np.diff(geometry.offsets_mm))
    return Series(
        uid=path.name,
        files=(path,),
        format="nifti",
        modality="CT",
        description=path.name.split(".nii")[0],
        n_slices=len(geometry.positions_mm),
        spacing_mm=float(np.median(steps_mm)) if len(steps_mm) else None,
        normal=(float(geometry.normal[0]), float(geometry.normal[1]), float(geometry.normal[2])),
    )


def read_nifti(series: Series) -> Volume:
    """The CT volume of a NIfTI file, HU, turned to the standard axial display.

    Raises
    ------
    StudyUnusableError
        The file cannot be read, or is no single three-dimensional image.
    """
    image = _load(series.files[0])
    axes = _axes(image)
    geometry = _geometry(image, axes)
    try:
        _refuse_wrong_check_sum(series.files[0])
        values = np.asanyarray(image.dataobj)
    except _UNREADABLE as error:
        raise Finding.NIFTI_UNREADABLE.refusal(name=series.files[0].name) from error
    stored = values.reshape(values.shape[:3]).transpose(axes)  # (slice, row, column)
    if geometry.offsets_mm[0] > geometry.offsets_mm[-1]:
        stored = stored[::-1]
        geometry = replace(geometry, positions_mm=geometry.positions_mm[::-1])
    hu, geometry = standard_axial(to_hu(stored), geometry)
    findings = (_taken_on_trust(image), *_scaled(image), *_disagreement(image))
    return Volume(hu, geometry, series, findings=findings)


def affine_ras(geometry: Geometry) -> FloatArray:
    """Affine (4, 4) from voxel (column, row, slice) to RAS, mm, as NIfTI wants it.

    Exact for even steps, sheared or not.  NIfTI has one step for all slices: uneven ones are given
    their mean, first slice to last.  The array that goes with it is ``hu.transpose(2, 1, 0)``.
    """
    positions = geometry.positions_mm
    affine = np.eye(4)
    affine[:3, 0] = geometry.column_axis * geometry.pixel_spacing_mm[1]
    affine[:3, 1] = geometry.row_axis * geometry.pixel_spacing_mm[0]
    affine[:3, 2] = (positions[-1] - positions[0]) / (len(positions) - 1)
    affine[:3, 3] = positions[0]
    return _LPS_FROM_RAS @ affine


def _load(path: Path) -> Nifti1Pair:
    """The image as its header describes it; no voxel is read."""
    try:
        image = nibabel.load(path)
    except _UNREADABLE as error:
        raise Finding.NIFTI_UNREADABLE.refusal(name=path.name) from error
    if not isinstance(image, Nifti1Pair):
        raise Finding.NIFTI_UNREADABLE.refusal(name=path.name)
    _refuse_no_volume(image, path)
    return image


def _refuse_no_volume(image: Nifti1Pair, path: Path) -> None:
    if len(image.shape) < 3 or any(size != 1 for size in image.shape[3:]):
        raise Finding.NIFTI_NO_VOLUME.refusal(name=path.name, shape=image.shape)
    if math.prod(image.shape) > MAX_VOXELS:
        shape = " x ".join(map(str, image.shape))
        raise Finding.NIFTI_TOO_LARGE.refusal(name=path.name, shape=shape, most=MAX_VOXELS)
    if image.get_data_dtype().kind not in "iuf":
        raise Finding.NIFTI_NO_NUMBERS.refusal(name=path.name)
    if not np.isfinite(image.affine).all() or np.linalg.det(image.affine) == 0:
        raise Finding.NIFTI_NO_SIZE.refusal(name=path.name)


def _refuse_wrong_check_sum(path: Path) -> None:
    """Read a compressed file to the check sum at its end, which nibabel does not come to."""
    if path.name.lower().endswith(".gz"):
        with gzip.open(path) as content:
            while content.read(_CHUNK_BYTES):
                pass


def _axes(image: Nifti1Pair) -> tuple[int, int, int]:
    """Axes of the stored array for slices, rows and columns; slices follow the body's length."""
    cosines = image.affine[2, :3] / np.linalg.norm(image.affine[:3, :3], axis=0)
    slices = int(np.argmax(np.abs(cosines)))
    columns, rows = (axis for axis in range(3) if axis != slices)
    return slices, rows, columns


def _geometry(image: Nifti1Pair, axes: tuple[int, int, int]) -> Geometry:
    """Where the stored voxels lie, LPS; each column of the affine steps along one axis."""
    affine = _LPS_FROM_RAS @ image.affine
    n_slices, rows, columns = (image.shape[axis] for axis in axes)
    slice_step, row_step, column_step = affine[:3, axes].T
    row_mm, column_mm = float(np.linalg.norm(row_step)), float(np.linalg.norm(column_step))
    return Geometry(
        positions_mm=affine[:3, 3] + np.arange(n_slices)[:, None] * slice_step,
        column_axis=column_step / column_mm,
        row_axis=row_step / row_mm,
        pixel_spacing_mm=(row_mm, column_mm),
        rows=rows,
        columns=columns,
    )


def _scaled(image: Nifti1Pair) -> tuple[QualityFinding, ...]:
    """Whether values are scaled as no HU that were stored as they are."""
    stored = cast(ArrayProxy, image.dataobj)  # as of every file that was opened
    slope, intercept = stored.slope, stored.inter
    if slope == 1 and intercept in _INTERCEPTS_HU:
        return ()
    return (Finding.NIFTI_SCALED.told(slope=slope, intercept=intercept),)


def _disagreement(image: Nifti1Pair) -> tuple[QualityFinding, ...]:
    """Whether sform, qform and voxel sizes, as far as they are stated, say the same geometry."""
    header, affine = image.header, image.affine
    extent = np.array(image.shape[:3]) - 1
    sizes_mm = np.linalg.norm(affine[:3, :3], axis=0)
    apart = [np.abs(header.get_zooms()[:3] - sizes_mm) * extent]
    sheared = np.abs(np.triu((affine[:3, :3] / sizes_mm).T @ (affine[:3, :3] / sizes_mm), 1)).max()
    if header["sform_code"] and _states_qform(header) and sheared < _NO_SHEAR:
        # Up to the far corner: the shares of the three axes, and of the origin.
        difference = np.abs(_qform(header) - affine)[:3]
        apart += [difference @ np.append(extent, 1)]
    most_mm = float(np.max(apart))
    if not most_mm > _SAME_MM:
        return ()
    taken = "sform" if header["sform_code"] else "qform" if header["qform_code"] else "pixdim"
    return (Finding.NIFTI_DISAGREES.told(most_mm=most_mm, taken=taken),)


def _qform(header: Nifti1Header) -> FloatArray:
    """The affine by quaternion; infinitely far from any where that is no rotation."""
    try:
        affine: FloatArray = header.get_qform(coded=False)
    except ValueError:
        return np.full((4, 4), np.inf)
    return affine


def _states_qform(header: Nifti1Header) -> bool:
    """Whether there is a rotation, whatever its code says of its meaning."""
    stated = ("quatern_b", "quatern_c", "quatern_d", "qoffset_x", "qoffset_y", "qoffset_z")
    return bool(header["qform_code"]) or any(header[name] != 0 for name in stated)


def _taken_on_trust(image: Nifti1Pair) -> QualityFinding:
    header = image.header
    oriented = bool(header["sform_code"]) or bool(header["qform_code"])
    orientation = "" if oriented else " It states no orientation at all."
    return Finding.NIFTI_ON_TRUST.told(orientation=orientation)
