"""What a DICOM file says of a slice: which stack it is of, and where its pixels lie."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom import Dataset

from core.dicom.frames import FUNCTIONAL_GROUPS, frames
from core.dicom.header import PATIENT_TAGS
from core.dicom.values import number, numbers, read_dataset, text
from core.domain import FloatArray

_TAGS = (
    *PATIENT_TAGS,
    *FUNCTIONAL_GROUPS,
    "StudyInstanceUID",
    "SOPClassUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "SeriesNumber",
    "SliceThickness",
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
# Scanners print direction cosines and pixel spacing to 4 to 7 decimals, not always the same number.
_SAME_PLANE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Where the pixels of a slice lie in the patient, LPS, mm."""

    position_mm: FloatArray  # (3,)
    column_axis: FloatArray  # (3,)
    row_axis: FloatArray  # (3,)
    pixel_spacing_mm: tuple[float, float]  # between rows, between columns

    @property
    def normal(self) -> FloatArray:
        """Unit normal on its cranial side, (3,)."""
        normal: FloatArray = np.cross(self.column_axis, self.row_axis)
        normal /= np.copysign(np.linalg.norm(normal), normal[2])
        return normal

    def is_parallel(self, other: "Plane") -> bool:
        """Whether rows and columns of both run alike, at the same pixel spacing."""
        return all(
            np.allclose(one, two, rtol=0.0, atol=_SAME_PLANE)
            for one, two in (
                (self.column_axis, other.column_axis),
                (self.row_axis, other.row_axis),
                (self.pixel_spacing_mm, other.pixel_spacing_mm),
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class SliceHeader:
    """One slice by its header; ``plane`` is None where it does not say where its pixels lie."""

    path: Path
    dataset: Dataset
    plane: Plane | None

    @property
    def identity(self) -> tuple[str, ...]:
        """What all slices of one stack have in common, word for word."""
        tags = ("SeriesInstanceUID", "SOPClassUID", "Rows", "Columns")
        return *(text(self.dataset, tag) for tag in tags), *self.image_type

    @property
    def image_type(self) -> tuple[str, ...]:
        """Image Type (0008,0008), upper case: the three values that DICOM defines.

        Later values are the maker's own and may vary within a stack.
        """
        return tuple(text(self.dataset, "ImageType").upper().split("\\")[:3])

    @property
    def n_frames(self) -> int:
        """Number of Frames (0028,0008), 1 where it is absent."""
        return int(number(self.dataset, "NumberOfFrames") or 1)


def read_slice_headers(path: Path) -> list[SliceHeader]:
    """The slices in a file, one but in a multi-frame image.

    Raises one of ``UNREADABLE`` where it is no DICOM or is damaged.
    """
    return [SliceHeader(path, one, plane(one)) for one in frames(read_dataset(path, _TAGS))]


def plane(dataset: Dataset) -> Plane | None:
    """Where the pixels lie; None unless position, orientation, spacing and matrix are all there."""
    position = numbers(dataset, "ImagePositionPatient")
    axes = numbers(dataset, "ImageOrientationPatient")
    spacing = numbers(dataset, "PixelSpacing")
    matrix = [number(dataset, keyword) for keyword in ("Rows", "Columns")]
    if (len(position), len(axes), len(spacing)) != (3, 6, 2) or not all(matrix):
        return None
    if not (spacing > 0).all() or not np.cross(axes[:3], axes[3:]).any():
        return None
    return Plane(position, axes[:3], axes[3:], (float(spacing[0]), float(spacing[1])))
