"""The files of an assessment: all of them in their place, or none begun."""

from pathlib import Path

from core.report.assessment_json import assessment_json
from core.report.dicom_objects import SEG, SR, dicom_objects
from core.report.nifti import hematoma_nifti
from core.report.pdf import Report, report_pdf
from core.report.slices_csv import slices_csv
from core.writing import write_together, writing_to

REPORT = "report.pdf"
MASK = "hematoma.nii.gz"
SLICES = "slices.csv"
ASSESSMENT = "assessment.json"
FILES = (REPORT, MASK, SLICES, ASSESSMENT)
"""Of each assessment; the DICOM objects are there where there are images that they can refer to."""


def write_assessment(report: Report, folder: Path) -> tuple[Path, ...]:
    """Paths of the files written to a folder, which is made if need be.

    Files of an earlier assessment are replaced, each in one step, and only once all are written.
    A report that names the patient is for this user alone to read.

    Raises
    ------
    UsageError
        The folder cannot be written to.
    """
    assessment = report.assessment
    document = assessment_json(assessment, card=report.card, risk_models=report.risk_models)
    contents = {
        REPORT: report_pdf(report),
        MASK: hematoma_nifti(assessment.segmentation),
        SLICES: slices_csv(assessment.slices).encode(),
        **dicom_objects(report),
        ASSESSMENT: document.encode(),  # where it stands, the others do
    }
    folder = folder.resolve()
    with writing_to(folder):
        # DICOM objects of an earlier assessment would be of another hematoma.
        return write_together(
            contents,
            folder,
            obsolete={SEG, SR} - contents.keys(),
            private={REPORT} if report.patient_label else (),
        )
