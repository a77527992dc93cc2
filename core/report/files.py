"""The files of an assessment: all of them in their place, or none begun."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from core.report.assessment_json import assessment_json
from core.report.dicom_objects import SEG, SR, dicom_objects
from core.report.nifti import hematoma_nifti
from core.report.pdf import Report, report_pdf
from core.report.slices_csv import slices_csv
from core.writing import writing_to

ASSESSMENT = "assessment.json"
FILES = ("report.pdf", "hematoma.nii.gz", "slices.csv", ASSESSMENT)
"""Of each assessment; the DICOM objects are there where there are images that they can refer to."""


def write_assessment(report: Report, folder: Path) -> tuple[Path, ...]:
    """Paths of the files written to a folder, which is made if need be.

    Files of an earlier assessment are replaced, each in one step, and only once all are written.

    Raises
    ------
    UsageError
        The folder cannot be written to.
    """
    assessment = report.assessment
    document = assessment_json(assessment, card=report.card, risk_models=report.risk_models)
    pdf, nifti, table, _ = FILES
    contents = {
        pdf: report_pdf(report),
        nifti: hematoma_nifti(assessment.segmentation),
        table: slices_csv(assessment.slices).encode(),
        **dicom_objects(report),
        ASSESSMENT: document.encode(),  # where it stands, the others do
    }
    folder = folder.resolve()
    with writing_to(folder):
        return _write_all(contents, folder)


def _write_all(contents: Mapping[str, bytes], folder: Path) -> tuple[Path, ...]:
    # Inside the folder, and so on its disk: the files can be moved in one step each.
    with TemporaryDirectory(prefix=".unfinished-", dir=folder) as unfinished:
        written = [Path(unfinished) / name for name in contents]
        for path in written:
            path.write_bytes(contents[path.name])
        for name in {SEG, SR} - contents.keys():  # those of an earlier assessment
            (folder / name).unlink(missing_ok=True)
        return tuple(path.replace(folder / path.name) for path in written)
