"""The report as a document of the study."""

from pydicom import Dataset
from pydicom.uid import EncapsulatedPDFStorage

from core.domain import Assessment
from core.report.dicom_objects.common import new_object, uid_of
from core.report.provenance import RESEARCH_USE

DOCUMENT = "report_pdf.dcm"
_SERIES = 9004  # beyond what scanners number


def encapsulated_report(assessment: Assessment, pdf: bytes) -> Dataset:
    """Encapsulated PDF (PS3.3 A.45.1) of a report that does not name the patient."""
    made = new_object(EncapsulatedPDFStorage, uid_of(assessment, DOCUMENT))
    made.Modality = "DOC"
    made.SeriesInstanceUID = uid_of(assessment, "document series")
    made.SeriesNumber, made.InstanceNumber = _SERIES, 1
    made.SeriesDescription = made.DocumentTitle = f"HEscope report. {RESEARCH_USE}"
    made.ConversionType = "WSD"
    made.BurnedInAnnotation = "NO"
    made.ConceptNameCodeSequence = []
    made.AcquisitionDateTime = ""
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocumentLength = len(pdf)
    made.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    return made
