"""Hematoma and measurements as DICOM objects of the study, a segmentation and a structured report.

They carry the UIDs of study and images, so that a viewer lays them over the scan, and no name,
identifier, date or other word about the patient.
"""

import io
from datetime import datetime

from pydicom import Dataset

from core.domain import Assessment, QualityFinding, Severity
from core.report.dicom_objects.common import source_images
from core.report.dicom_objects.seg import SEG, segmentation_object
from core.report.dicom_objects.sr import SR, structured_report
from core.report.pdf import Report

__all__ = ["NO_DICOM_OBJECTS", "SEG", "SR", "dicom_findings", "dicom_objects", "has_dicom_objects"]

NO_DICOM_OBJECTS = "no-dicom-objects"
"""Code of the finding that says so."""


def dicom_objects(report: Report) -> dict[str, bytes]:
    """The two objects by their file names; none where there is nothing to refer to or outline.

    Same assessment, same UIDs: an archive recognizes an object that it holds already.
    """
    assessment = report.assessment
    images = assessment.volume.images
    if images is None or not has_dicom_objects(assessment):
        return {}
    sources = source_images(images, assessment.volume.geometry)
    segmentation = segmentation_object(assessment, sources)
    structured = structured_report(assessment, sources, segmentation)
    for made in (segmentation, structured):
        _date(made, report.made_at)
        if report.simulated:
            made.SeriesDescription = f"Simulated. {made.SeriesDescription}"
    return {SEG: _bytes(segmentation), SR: _bytes(structured)}


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


def _date(made: Dataset, at: datetime) -> None:
    """Dates of the object: when the report was made."""
    for kind in ("Content", "InstanceCreation", "Series"):
        setattr(made, f"{kind}Date", at.strftime("%Y%m%d"))
        setattr(made, f"{kind}Time", at.strftime("%H%M%S"))


def _bytes(made: Dataset) -> bytes:
    content = io.BytesIO()
    made.save_as(content, enforce_file_format=True)
    return content.getvalue()
