"""The open study as files that may leave."""

import io
import zipfile

from core.deidentify.study import write_deidentified
from core.domain import Assessment
from core.report.dicom_objects import dicom_objects
from core.report.pdf import Report
from core.writing import scratch_folder


def can_leave(assessment: Assessment) -> bool:
    """Whether the images are DICOM files that are still there; an upload is gone once read."""
    series = assessment.volume.series
    there = bool(series.files) and all(file.is_file() for file in series.files)
    return series.format == "dicom" and there


def deidentified_zip(report: Report) -> bytes:
    """Zip archive of the images of the series that was assessed, SEG and SR, de-identified."""
    with scratch_folder() as folder:
        results = folder / "results"
        results.mkdir()
        for name, content in dicom_objects(report).items():
            (results / name).write_bytes(content)
        write_deidentified([*report.assessment.volume.series.files, results], folder / "out")
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
            for file in sorted((folder / "out").rglob("*.dcm")):
                made.write(file, file.relative_to(folder / "out"))
    return archive.getvalue()
