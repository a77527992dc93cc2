"""What the DICOM objects of an assessment have in common: whom they refer to, who made them."""

import hashlib

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sr.coding import Code
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

from core.domain import Assessment, Geometry, SourceImages
from core.report.provenance import MAKER, VERSION

HEMORRHAGE = Code("274100004", "SCT", "Cerebral hemorrhage")
SEGMENT = 1
"""Number of the only segment."""
_BLANK = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyID"),
    *("AccessionNumber", "StudyDate", "StudyTime", "ReferringPhysicianName"),
)
"""What an object must say of patient and study, be it nothing."""


def source_images(images: SourceImages, geometry: Geometry) -> list[Dataset]:
    """The images as far as an object that refers to them must know them; nothing of the patient."""
    orientation = [*geometry.column_axis.tolist(), *geometry.row_axis.tolist()]
    sources = []
    for uid, position, thickness in zip(
        images.image_uids, geometry.positions_mm, geometry.thickness_mm, strict=True
    ):
        source = Dataset()
        for blank in _BLANK:
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


def new_object(sop_class: UID, sop_instance_uid: UID) -> Dataset:
    """An object of this program without series and content; nothing of the patient."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = sop_class
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = sop_instance_uid
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for blank in _BLANK:
        setattr(made, blank, "")
    made.Manufacturer, made.SoftwareVersions = MAKER, VERSION
    return made


def algorithm(assessment: Assessment) -> str:
    """Name and version of the model, and its engine."""
    return assessment.model.in_words


def uid_of(assessment: Assessment, what: str) -> UID:
    """UID of one thing of this assessment, the same whenever it is made of the same.

    Another study with the same pixels, a copy under other UIDs say, has others.
    """
    sources = (
        what,
        VERSION,
        assessment.model.sha256,
        assessment.model.engine,
        assessment.input_sha256,
        assessment.volume.series.study_uid,
        repr(assessment.volume.images),
        hashlib.sha256(assessment.segmentation.mask.tobytes()).hexdigest(),
        repr(assessment.clinical),
        repr(assessment.risk),
    )
    return generate_uid(entropy_srcs=list(sources))
