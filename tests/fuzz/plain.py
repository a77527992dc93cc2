"""The plain inputs that are mutated, one folder a kind."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
from pydicom.uid import JPEGLSLossless

from core.dicom import affine_ras, choose_head_ct, find_series, read_volume
from tests.cohort.make import write_table
from tests.dicom.compress import compress
from tests.dicom.forms import enhanced, strip
from tests.dicom.make import axial_geometry, head_hu, write_ct_series
from tests.models.make import write_untrained_model

SHAPE = (12, 32, 32)
STEP_MM = 5.0
FORMS = ("multi-frame", "compressed", "bare")
"""Forms of a DICOM study beside that of plain files."""
KINDS = ("study", "zip", "nifti", "plain nifti", "cohort", "clinical", "model", *FORMS)
HEADER = {
    "PatientBirthDate": "19580102",
    "StudyDate": "20240301",
    "StudyInstanceUID": "1.2.826.0.1.1",
    "SeriesInstanceUID": "1.2.826.0.1.2",
    "FrameOfReferenceUID": "1.2.826.0.1.3",
    "InstitutionName": "General",
}


def write_plain(folder: Path) -> None:
    """A folder for each of ``KINDS``."""
    geometry = replace(axial_geometry(SHAPE, STEP_MM, (7.0, 7.0)))
    write_ct_series(head_hu(SHAPE), geometry, folder / "study", HEADER)
    _write_forms(folder)
    (folder / "zip").mkdir()
    shutil.make_archive(str(folder / "zip" / "study"), "zip", folder / "study")
    volume = read_volume(choose_head_ct(find_series(folder / "study")))
    image = nibabel.Nifti1Image(
        np.asarray(volume.hu.transpose(2, 1, 0), np.int16), affine_ras(volume.geometry)
    )
    (folder / "nifti").mkdir()
    nibabel.save(image, folder / "nifti" / "head.nii.gz")
    (folder / "plain nifti").mkdir()
    nibabel.save(image, folder / "plain nifti" / "head.nii")
    (folder / "cohort").mkdir()
    write_table(
        folder / "cohort",
        "patient,age_years,gcs,fibrinogen_mg_dl,ndl,expanded",
        *(f"P{n},{50 + n},{3 + n},{250 + 10 * n},{15 + n},{n % 2}" for n in range(12)),
    )
    (folder / "clinical").mkdir()
    clinical = {"age_years": 65, "gcs": 10, "fibrinogen_mg_dl": 325, "sex": "male", "ivh": True}
    (folder / "clinical" / "clinical.json").write_text(json.dumps(clinical))
    (folder / "model").mkdir()
    write_untrained_model(folder / "model")


def _write_forms(folder: Path) -> None:
    """The same study as one multi-frame image, in JPEG-LS, and without preamble and file meta."""
    for form in ("compressed", "bare"):
        shutil.copytree(folder / "study", folder / form)
    enhanced(sorted((folder / "study").iterdir()), list(range(SHAPE[0])), folder / "multi-frame")
    compress(sorted((folder / "compressed").iterdir()), JPEGLSLossless)
    for path in (folder / "bare").iterdir():
        strip(path, implicit=False)
