"""An assessment as DICOM objects of the study.

Segmentation and structured report carry the UIDs of study and images, so that a viewer lays them
over the scan, and no name, identifier, date or other word about the patient.  For an archive these
and others carry what it files them by.
"""

import io
from collections.abc import Iterator

from pydicom import Dataset

from core.domain import Assessment, QualityFinding, Severity
from core.imaging.head import head_box
from core.report.dicom_objects.color import COLOR, color_series
from core.report.dicom_objects.document import DOCUMENT, encapsulated_report
from core.report.dicom_objects.key import KEY, key_object_selection
from core.report.dicom_objects.seg import SEG, segmentation_object
from core.report.dicom_objects.sr import SR, structured_report
from core.report.pdf import Report
from core.report.pictures import key_slices

__all__ = [
    "COLOR",
    "DOCUMENT",
    "KEY",
    "NO_DICOM_OBJECTS",
    "SEG",
    "SR",
    "STUDY_TAGS",
    "archive_objects",
    "dicom_findings",
    "dicom_objects",
    "has_dicom_objects",
]

STUDY_TAGS = (
    *("SpecificCharacterSet", "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate"),
    *("PatientSex", "StudyInstanceUID", "StudyID", "StudyDate", "StudyTime", "AccessionNumber"),
    *("ReferringPhysicianName", "StudyDescription"),
)
"""What an archive files an object by: patient and study, PS3.3 C.7.1.1 and C.7.2.1."""

_LONGEST_LO = 64  # characters, PS3.5 6.2

NO_DICOM_OBJECTS = "no-dicom-objects"
"""Code of the finding that says so."""


def dicom_objects(report: Report) -> dict[str, bytes]:
    """The two objects by their file names; none where there is nothing to refer to or outline.

    Same assessment, same UIDs: an archive recognizes an object that it holds already.
    """
    return {name: _bytes(made) for name, made in _overlays(report).items()}


def archive_objects(report: Report, header: Dataset, pdf: bytes) -> Iterator[tuple[str, bytes]]:
    """File names and contents of what goes back to the archive: the two objects if there are any,
    the slices as color pictures, the report, and which pictures to look at first.

    header: STUDY_TAGS of one of the images.  pdf: the report as a file.  Nothing is burned in of
    the patient.
    """
    assessment = report.assessment
    for name, made in _overlays(report).items():
        yield name, _bytes(_filed(made, header))
    box = head_box(assessment.volume.hu)
    keys, key_pictures = key_slices(assessment.slices), []
    pictures = color_series(assessment, box, _first_said(report))
    for index, made in enumerate(pictures):
        _mark(made, report)
        yield COLOR.format(index), _bytes(_filed(made, header))
        if index in keys:
            del made.PixelData
            key_pictures.append(made)
    document = encapsulated_report(assessment, pdf)
    selection = key_object_selection(assessment, key_pictures)
    for name, made in ((DOCUMENT, document), (KEY, selection)):
        _mark(made, report)
        yield name, _bytes(_filed(made, header))


def _overlays(report: Report) -> dict[str, Dataset]:
    """The objects that a viewer lays over the scan, by their file names."""
    assessment = report.assessment
    images = assessment.volume.images
    if images is None or not has_dicom_objects(assessment):
        return {}
    segmentation = segmentation_object(assessment, images)
    structured = structured_report(assessment, images, segmentation)
    for made in (segmentation, structured):
        _mark(made, report)
    return {SEG: segmentation, SR: structured}


def _filed(made: Dataset, header: Dataset) -> Dataset:
    """The object with what an archive files it by."""
    for tag in STUDY_TAGS:
        if tag in header:
            made[tag] = header[tag]
    return made


def has_dicom_objects(assessment: Assessment) -> bool:
    """Whether there are DICOM images to refer to, and a hematoma to outline."""
    return assessment.volume.images is not None and bool(assessment.segmentation.mask.any())


def dicom_findings(assessment: Assessment) -> tuple[QualityFinding, ...]:
    """That there are no DICOM objects, and why, if there are none."""
    if assessment.volume.images is not None or not assessment.segmentation.mask.any():
        return ()
    return (
        QualityFinding(
            NO_DICOM_OBJECTS,
            Severity.INFO,
            "The images are no CT images with DICOM UIDs: no DICOM segmentation and no structured "
            "report can refer to them.",
            "Assess the DICOM series, or use the NIfTI mask and assessment.json.",
        ),
    )


def _first_said(report: Report) -> str:
    """What each object says of itself before all else."""
    edited = report.assessment.segmentation.edited_by_reader
    said = (("Simulated.", report.simulated), ("Edited by reader.", edited))
    return " ".join(words for words, true in said if true)


def _mark(made: Dataset, report: Report) -> None:
    """Say what the object is, and when the report was made."""
    described = f"{_first_said(report)} {made.SeriesDescription}".strip()
    while len(described) > _LONGEST_LO:
        described = described[:-1].rpartition(".")[0] + "."  # by whole sentences
    made.SeriesDescription = described
    for kind in ("Content", "InstanceCreation", "Series"):
        setattr(made, f"{kind}Date", report.made_at.strftime("%Y%m%d"))
        setattr(made, f"{kind}Time", report.made_at.strftime("%H%M%S"))


def _bytes(made: Dataset) -> bytes:
    content = io.BytesIO()
    made.save_as(content, enforce_file_format=True)
    return content.getvalue()
