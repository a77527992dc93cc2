from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import generate_uid

from core.dicom import find_series, read_volume
from core.domain import (
    Assessment,
    ClinicalFindings,
    ImageFindings,
    PatientHeader,
    QualityFinding,
    Series,
    Severity,
)
from core.models.card import ModelCard
from core.risk.estimate import estimate
from core.risk.published import LEE_2024
from tests.dicom.make import axial_geometry, head_hu, write_ct_series
from tests.models.make import make_card
from tests.report.make import make_assessment


@pytest.fixture
def card() -> ModelCard:
    return make_card()


@pytest.fixture
def assessment() -> Assessment:
    """Three slices of 4 x 5 pixels of 2 x 2 mm, 5 mm apart; two pixels of the middle one bled."""
    mask = np.zeros((3, 4, 5), bool)
    mask[1, 2, 3:5] = True
    return make_assessment(
        mask,
        pixel_mm=2.0,
        clinical=ClinicalFindings(age_years=65, gcs=10, fibrinogen_mg_dl=325),
        series=Series(
            uid="1.2.840.4711",
            files=(Path("DOE_JANE.dcm"),),
            format="dicom",
            modality="CT",
            description="DOE^JANE head",
        ),
        findings=(QualityFinding("gantry-tilt", Severity.INFO, "Tilted.", "Nothing to do."),),
    )


@pytest.fixture
def without_hematoma(assessment: Assessment) -> Assessment:
    mask = np.zeros(assessment.segmentation.mask.shape, bool)
    return replace(
        assessment,
        segmentation=replace(assessment.segmentation, mask=mask),
        volume_ml=0.0,
        abc2_ml=0.0,
        ndl=None,
        l5_hu=None,
        risk=estimate(ImageFindings(), assessment.clinical, LEE_2024),
    )


@pytest.fixture(scope="session")
def head_study() -> Assessment:
    """A head of 24 slices whose bright hematoma was found, described by a name it must not show."""
    hu = head_hu()
    clinical = ClinicalFindings(age_years=65, gcs=10, fibrinogen_mg_dl=325)
    series = Series(
        "1.2.840.4711",
        (Path("DOE_JANE.dcm"),),
        "dicom",
        "CT",
        description="DOE^JANE head",
        patient=PatientHeader(65.0, "female", None),
    )
    made = make_assessment(hu == 65, pixel_mm=3.5, clinical=clinical, series=series)
    return replace(
        made, volume=replace(made.volume, hu=hu), activation=(hu == 65) * np.float32(0.8)
    )


@pytest.fixture
def scanned(head_study: Assessment, tmp_path: Path) -> Assessment:
    """The head of Jane Doe as read from the files of a tilted gantry, with UIDs."""
    hu = head_hu()
    geometry = axial_geometry(hu.shape, tilt_deg=15)
    shared = {
        "StudyInstanceUID": generate_uid(),
        "FrameOfReferenceUID": generate_uid(),
        "PatientName": "DOE^JANE",
        "PatientID": "MRN-4711",
        "StudyDate": "20240105",
    }
    write_ct_series(hu, geometry, tmp_path, shared)
    (series,) = find_series(tmp_path)
    volume = read_volume(series)
    segmentation = replace(head_study.segmentation, geometry=volume.geometry)
    return replace(head_study, volume=volume, segmentation=segmentation)
