"""What both DICOM objects of an assessment have in common: whom they refer to, who made them."""

import hashlib

from pydicom import Dataset
from pydicom.sr.coding import Code
from pydicom.uid import CTImageStorage, generate_uid

from core.domain import Assessment, Geometry, SourceImages
from core.report.provenance import VERSION

MAKER = "HEscope"
HEMORRHAGE = Code("274100004", "SCT", "Cerebral hemorrhage")
SEGMENT = 1
"""Number of the only segment."""


def source_images(images: SourceImages, geometry: Geometry) -> list[Dataset]:
    """The images as far as an object that refers to them must know them; nothing of the patient."""
    orientation = [*geometry.column_axis.tolist(), *geometry.row_axis.tolist()]
    sources = []
    for uid, position, thickness in zip(
        images.image_uids, geometry.positions_mm, geometry.thickness_mm, strict=True
    ):
        source = Dataset()
        for blank in (
            *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyID"),
            *("AccessionNumber", "StudyDate", "StudyTime", "ReferringPhysicianName"),
        ):
            setattr(source, blank, "")
        source.Modality = "CT"
        source.StudyInstanceUID = images.study_uid
        source.SeriesInstanceUID = images.series_uid
        source.FrameOfReferenceUID = images.frame_of_reference_uid
        source.SOPClassUID, source.SOPInstanceUID = CTImageStorage, uid
        source.Rows, source.Columns = geometry.rows, geometry.columns
        source.ImageOrientationPatient = [round(value, 6) for value in orientation]
        source.ImagePositionPatient = [round(value, 6) for value in position.tolist()]
        source.PixelSpacing = list(geometry.pixel_spacing_mm)
        source.SliceThickness = round(float(thickness), 6)
        sources.append(source)
    return sources


def algorithm(assessment: Assessment) -> str:
    """Name and version of the model, and its engine."""
    return assessment.model.in_words


def uid_of(assessment: Assessment, what: str) -> str:
    """UID of one thing of this assessment, the same whenever it is made of the same."""
    sources = (
        what,
        VERSION,
        assessment.model.sha256,
        assessment.input_sha256,
        hashlib.sha256(assessment.segmentation.mask.tobytes()).hexdigest(),
        repr(assessment.clinical),
        repr(assessment.risk),
    )
    return str(generate_uid(entropy_srcs=list(sources)))
