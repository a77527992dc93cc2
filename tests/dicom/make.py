"""Writes CT series as DICOM folders, for every test that needs a study on disk."""

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydicom import Dataset, FileMetaDataset
from pydicom.tag import Tag
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from core.dicom import check_quality
from core.domain import Geometry, QualityFinding, Volume
from core.imaging.skull import coarse_head

INTERCEPT_HU = -1024


def axial_geometry(
    shape: tuple[int, int, int],
    step_mm: float = 5.0,
    pixel_spacing_mm: tuple[float, float] = (3.5, 3.5),
    tilt_deg: float = 0.0,
) -> Geometry:
    """Slices of a scanner whose table moves by ``step_mm``, the gantry tilted about the x axis."""
    slices, rows, columns = shape
    tilt = np.radians(tilt_deg)
    positions_mm = np.zeros((slices, 3))
    positions_mm[:, 2] = step_mm * np.arange(slices)
    return Geometry(
        positions_mm=positions_mm + [-100.0, -90.0, 20.0],
        column_axis=np.array([1.0, 0.0, 0.0]),
        row_axis=np.array([0.0, np.cos(tilt), -np.sin(tilt)]),
        pixel_spacing_mm=pixel_spacing_mm,
        rows=rows,
        columns=columns,
    )


def head_hu(shape: tuple[int, int, int] = (24, 64, 64)) -> np.ndarray:
    """A brain of 30 HU in a skull of 1000 HU, and a hematoma of 65 HU, left, anterior, cranial."""
    slices, rows, columns = shape
    y, x = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    radius = np.hypot(x / 0.7, y / 0.85)
    hu = np.full(shape, -1000, np.int16)
    hu[:, radius < 1.0] = 1000
    hu[:, radius < 0.9] = 30
    hu[slices * 2 // 3 : slices * 3 // 4, (np.hypot(x - 0.3, y + 0.3) < 0.15)] = 65
    return hu


def write_ct_series(
    hu: np.ndarray,
    geometry: Geometry,
    folder: Path,
    header: Mapping[str, object] | None = None,
) -> list[Path]:
    """Files of a non-contrast head CT series, in order of slices; their names are in another order.

    header: values by DICOM keyword that replace the default ones; None leaves the element out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    common = {"SeriesInstanceUID": generate_uid(), **_DEFAULTS, **(header or {})}
    paths = []
    for index, position_mm in enumerate(geometry.positions_mm):
        dataset = _slice(hu[index], geometry, position_mm)
        dataset.InstanceNumber = index + 1
        for keyword, value in common.items():
            if value is None:
                dataset.pop(keyword, None)
            else:
                setattr(dataset, keyword, value)
        path = folder / f"IM{(index * 577) % 1009:04d}.dcm"
        paths.append(write_dataset(dataset, path))
    return paths


def write_dataset(dataset: Dataset, path: Path) -> Path:
    """The dataset as a Part 10 file."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPInstanceUID = generate_uid()
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


_DEFAULTS: dict[str, object] = {
    "SOPClassUID": CTImageStorage,
    "Modality": "CT",
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
    "SeriesDescription": "Head 5.0",
    "BodyPartExamined": "HEAD",
    "ConvolutionKernel": "H31s",
    "RescaleSlope": 1,
    "RescaleIntercept": INTERCEPT_HU,
    "PatientName": "DOE^JANE",
    "PatientID": "MRN-4711",
    "PatientAge": "065Y",
    "PatientSex": "F",
    "AcquisitionDate": "20240301",
    "AcquisitionTime": "101500",
}


def _slice(hu: np.ndarray, geometry: Geometry, position_mm: np.ndarray) -> Dataset:
    dataset = Dataset()
    dataset.Rows, dataset.Columns = hu.shape
    dataset.PixelSpacing = list(geometry.pixel_spacing_mm)
    dataset.ImageOrientationPatient = [
        round(float(cosine), 7) for cosine in (*geometry.column_axis, *geometry.row_axis)
    ]
    dataset.ImagePositionPatient = [round(float(coordinate), 5) for coordinate in position_mm]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = 0
    dataset.PixelData = (hu.astype(np.int32) - INTERCEPT_HU).astype("<u2").tobytes()
    return dataset


def replace_value(path: Path, keyword: str, value: bytes) -> None:
    """Put other bytes for the value of an element, valid or not, into a file of short elements."""
    tag = Tag(keyword)
    content = path.read_bytes()
    start = content.index(struct.pack("<HH", tag.group, tag.element)) + len("ggeeVR")
    (length,) = struct.unpack_from("<H", content, start)
    path.write_bytes(
        content[:start] + struct.pack("<H", len(value)) + value + content[start + 2 + length :]
    )


def replace_representation(path: Path, keyword: str, representation: bytes) -> None:
    """Put two other letters for the value representation of an element, known or not."""
    tag = Tag(keyword)
    content = path.read_bytes()
    start = content.index(struct.pack("<HH", tag.group, tag.element)) + len("ggee")
    path.write_bytes(content[:start] + representation + content[start + 2 :])


def quality_of(volume: Volume) -> tuple[QualityFinding, ...]:
    """Findings of a volume, its head looked at as ``assess`` does."""
    return check_quality(volume, coarse_head(volume))
