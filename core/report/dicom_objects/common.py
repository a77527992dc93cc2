"""What the DICOM objects of an assessment have in common: whom they refer to, who made them."""

from dataclasses import replace

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sr.coding import Code
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

from core.domain import Assessment, SourceImages, SourceSlice
from core.report.provenance import MAKER, VERSION

HEMORRHAGE = Code("274100004", "SCT", "Cerebral hemorrhage")
SEGMENT = 1
"""Number of the only segment."""
_STAND_IN = "2.25.1"
_BLANK = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyID"),
    *("AccessionNumber", "StudyDate", "StudyTime", "ReferringPhysicianName"),
)
"""What an object must say of patient and study, be it nothing."""


def stand_ins(images: SourceImages) -> list[Dataset]:
    """Single CT images where the slices lie, as far as an object laid over them must know them.

    Nothing of the patient.  A slice may be a frame of an image or a series of its own, so they have
    UIDs of no one; ``refer_to`` puts those of the slices in their place.
    """
    geometry = images.geometry
    orientation = [*geometry.column_axis.tolist(), *geometry.row_axis.tolist()]
    made = []
    for index, (position, thickness) in enumerate(
        zip(geometry.positions_mm, geometry.thickness_mm, strict=True)
    ):
        source = Dataset()
        for blank in _BLANK:
            setattr(source, blank, "")
        source.Modality = "CT"
        source.StudyInstanceUID = images.study_uid
        source.SeriesInstanceUID = _STAND_IN
        source.FrameOfReferenceUID = images.frame_of_reference_uid
        source.SOPClassUID, source.SOPInstanceUID = CTImageStorage, f"{_STAND_IN}.{index}"
        source.Rows, source.Columns = geometry.rows, geometry.columns
        source.ImageOrientationPatient = [round(value, 6) for value in orientation]
        source.ImagePositionPatient = [round(value, 6) for value in position.tolist()]
        source.PixelSpacing = list(geometry.pixel_spacing_mm)
        source.SliceThickness = round(abs(float(thickness)), 6)
        made.append(source)
    return made


def refer_to(images: SourceImages, segmentation: Dataset) -> None:
    """Have a segmentation that was made of stand-ins refer to the slices themselves."""
    for group in segmentation.PerFrameFunctionalGroupsSequence:
        for derivation in group.DerivationImageSequence:
            for source in derivation.SourceImageSequence:
                index = int(source.ReferencedSOPInstanceUID.rpartition(".")[2])
                source.update(reference(images.slices[index]))
    whole = [replace(image, frame=None) for image in distinct_images(images)]
    segmentation.SourceImageSequence = [reference(image) for image in whole]
    all_series: dict[str, list[Dataset]] = {}
    for image in whole:
        all_series.setdefault(image.series_uid, []).append(reference(image))
    segmentation.ReferencedSeriesSequence = [
        _series_item(uid, references) for uid, references in all_series.items()
    ]


def _series_item(uid: str, references: list[Dataset]) -> Dataset:
    item = Dataset()
    item.SeriesInstanceUID = uid
    item.ReferencedInstanceSequence = references
    return item


def evidence(images: SourceImages) -> list[Dataset]:
    """The images as far as a report that is drawn from them must know them."""
    made = []
    for image in distinct_images(images):
        source = Dataset()
        source.StudyInstanceUID = images.study_uid
        source.SeriesInstanceUID = image.series_uid
        source.SOPClassUID, source.SOPInstanceUID = image.class_uid, image.image_uid
        made.append(source)
    return made


def distinct_images(images: SourceImages) -> list[SourceSlice]:
    """A slice of each image, in the order of the slices."""
    return list({one.image_uid: one for one in images.slices}.values())


def reference(source: SourceSlice) -> Dataset:
    """Item that refers to a slice (PS3.3 10.3)."""
    item = Dataset()
    item.ReferencedSOPClassUID = source.class_uid
    item.ReferencedSOPInstanceUID = source.image_uid
    if source.frame is not None:
        item.ReferencedFrameNumber = source.frame
    return item


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
        assessment.segmentation.mask_sha256,
        repr(assessment.clinical),
        repr(assessment.risk),
        *map(repr, assessment.distances),
        *(["edited by reader"] if assessment.segmentation.edited_by_reader else []),
    )
    return generate_uid(entropy_srcs=list(sources))
