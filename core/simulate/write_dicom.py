"""A CT volume as a DICOM folder: CT Image Storage, one file per slice (PS3.3 A.3)."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid
from pydicom.valuerep import DSfloat, format_number_as_ds

from core.domain import Geometry, PatientHeader
from core.errors import UsageError
from core.report.provenance import SIMULATED_BY

# 12 bits with this intercept hold -1024 to 3071 HU.
RESCALE_INTERCEPT_HU, STORED_BITS = -1024, 12
COMMENT = "Simulated by HEscope. Not a patient. Research use only."


@dataclass(frozen=True, slots=True)
class SeriesIdentity:
    """Whom and what the series is said to show; ``seed`` decides every UID."""

    seed: int
    patient_name: str = "PHANTOM^EXPANDER"
    patient_id: str = "PHANTOM-1"
    patient: PatientHeader = field(default_factory=PatientHeader)

    def uid(self, *parts: str) -> UID:
        """A UID that depends on seed, patient and ``parts`` alone."""
        return generate_uid(
            entropy_srcs=["HEscope simulate", str(self.seed), self.patient_id, *parts]
        )


def write_ct_series(
    hu: NDArray[np.int16],
    geometry: Geometry,
    folder: Path,
    *,
    identity: SeriesIdentity,
    transfer_syntax: UID = ExplicitVRLittleEndian,
) -> tuple[Path, ...]:
    """The files written, one per slice from caudal to cranial.

    ``transfer_syntax`` is Explicit VR Little Endian or one that pydicom can encode by itself, such
    as RLE Lossless.  Raises UsageError if the folder holds anything: two series would mix.
    """
    if hu.shape != geometry.shape:
        raise ValueError(f"hu is {hu.shape}, expected {geometry.shape} as in the geometry.")
    stored = hu.astype(np.int32) - RESCALE_INTERCEPT_HU
    if stored.min() < 0 or stored.max() >= 2**STORED_BITS:
        raise ValueError(f"hu is {hu.min()} to {hu.max()}, expected -1024 to 3071: clip it first.")
    _make_empty(folder)
    files = []
    for index, pixels in enumerate(stored.astype(np.uint16)):
        dataset = _dataset(geometry, index, identity)
        dataset.PixelData = pixels.tobytes()
        if transfer_syntax != ExplicitVRLittleEndian:
            dataset.compress(transfer_syntax, generate_instance_uid=False)
        files.append(folder / f"CT{index + 1:04d}.dcm")
        dataset.save_as(files[-1], enforce_file_format=True)
    return tuple(files)


def _make_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise UsageError(
            f"The folder {folder.name} is not empty, expected a new or empty one.",
            "Remove its contents or choose another folder.",
        )


def _dataset(geometry: Geometry, index: int, identity: SeriesIdentity) -> FileDataset:
    dataset = FileDataset("", {}, file_meta=_file_meta(identity.uid("image", str(index))))
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID
    _add_patient(dataset, identity)
    _add_study(dataset, identity)
    _add_acquisition(dataset)
    _add_plane(dataset, geometry, index)
    _add_pixel_description(dataset, geometry)
    return dataset


def _file_meta(instance_uid: UID) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = instance_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = generate_uid(entropy_srcs=["HEscope implementation"])
    meta.ImplementationVersionName = "HESCOPE"
    return meta


def _add_patient(dataset: FileDataset, identity: SeriesIdentity) -> None:
    patient = identity.patient
    dataset.PatientName = identity.patient_name
    dataset.PatientID = identity.patient_id
    dataset.PatientBirthDate = ""
    dataset.PatientSex = {"male": "M", "female": "F", None: ""}[patient.sex]
    if patient.age_years is not None:
        dataset.PatientAge = f"{int(patient.age_years):03d}Y"
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "Simulated: there is no patient"


def _add_study(dataset: FileDataset, identity: SeriesIdentity) -> None:
    acquired_at = identity.patient.acquired_at
    day = f"{acquired_at:%Y%m%d}" if acquired_at else ""
    time = f"{acquired_at:%H%M%S}" if acquired_at else ""
    dataset.StudyInstanceUID = identity.uid("study")
    dataset.SeriesInstanceUID = identity.uid("series")
    dataset.FrameOfReferenceUID = identity.uid("frame of reference")
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = dataset.ContentDate = day
    dataset.StudyTime = dataset.SeriesTime = dataset.AcquisitionTime = dataset.ContentTime = time
    dataset.StudyID, dataset.SeriesNumber, dataset.AcquisitionNumber = "1", 2, 1
    dataset.AccessionNumber = dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = "HEAD CT, SIMULATED"
    dataset.SeriesDescription = "HEAD SOFT TISSUE, SIMULATED"
    dataset.ImageComments = COMMENT


def _add_acquisition(dataset: FileDataset) -> None:
    dataset.Modality = "CT"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.Manufacturer = SIMULATED_BY
    dataset.ManufacturerModelName = "Phantom"
    dataset.BodyPartExamined = "HEAD"
    dataset.PatientPosition = "HFS"
    dataset.PositionReferenceIndicator = ""
    dataset.KVP = "120"
    dataset.ConvolutionKernel = "SOFT"
    dataset.BurnedInAnnotation = "NO"
    dataset.LossyImageCompression = "00"


def _add_plane(dataset: FileDataset, geometry: Geometry, index: int) -> None:
    position = geometry.positions_mm[index]
    dataset.InstanceNumber = index + 1
    dataset.ImagePositionPatient = _decimals(position)
    dataset.ImageOrientationPatient = _decimals([*geometry.column_axis, *geometry.row_axis])
    dataset.PixelSpacing = _decimals(geometry.pixel_spacing_mm)
    dataset.SliceThickness = _decimals([geometry.thickness_mm[index]])[0]
    dataset.SliceLocation = _decimals([geometry.offsets_mm[index]])[0]


def _add_pixel_description(dataset: FileDataset, geometry: Geometry) -> None:
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = geometry.rows, geometry.columns
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, STORED_BITS, STORED_BITS - 1
    dataset.PixelRepresentation = 0
    dataset.RescaleIntercept, dataset.RescaleSlope = RESCALE_INTERCEPT_HU, 1
    dataset.RescaleType = "HU"
    dataset.WindowCenter, dataset.WindowWidth = 40, 80


def _decimals(values: ArrayLike) -> list[DSfloat]:
    """Values as DICOM decimal strings of at most 16 characters (PS3.5 6.2)."""
    return [DSfloat(format_number_as_ds(float(value))) for value in np.ravel(values)]
