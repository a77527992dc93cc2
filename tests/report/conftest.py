from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.domain import (
    Assessment,
    ClinicalFindings,
    ModelIdentity,
    QualityFinding,
    Segmentation,
    Series,
    Severity,
    SliceResult,
    Volume,
)
from core.models.card import ModelCard
from core.risk.estimate import estimate
from core.risk.published import LEE_2024
from tests.dicom.make import axial_geometry
from tests.models.make import make_card


@pytest.fixture
def card() -> ModelCard:
    return make_card()


@pytest.fixture
def assessment() -> Assessment:
    """Three slices of 4 x 5 pixels of 2 x 2 mm, 5 mm apart; two pixels of the middle one bled."""
    geometry = axial_geometry((3, 4, 5), pixel_spacing_mm=(2.0, 2.0))
    mask = np.zeros((3, 4, 5), bool)
    mask[1, 2, 3:5] = True
    clinical = ClinicalFindings(age_years=65, gcs=10, fibrinogen_mg_dl=325)
    series = Series(
        uid="1.2.840.4711",
        files=(Path("DOE_JANE.dcm"),),
        format="dicom",
        modality="CT",
        description="DOE^JANE head",
    )
    return Assessment(
        volume=Volume(np.zeros((3, 4, 5), np.int16), geometry, series),
        segmentation=Segmentation(mask, geometry),
        slices=(
            SliceResult(index=0, z_mm=20.0, p_hematoma=0.01, area_mm2=0.0, dl_score=None),
            SliceResult(index=1, z_mm=25.0, p_hematoma=0.75, area_mm2=8.0, dl_score=0.5),
            SliceResult(index=2, z_mm=30.0, p_hematoma=0.02, area_mm2=0.0, dl_score=None),
        ),
        activation=np.zeros((3, 4, 5), np.float32),
        volume_ml=0.04,
        abc2_ml=0.05,
        ndl=20.0,
        clinical=clinical,
        risk=estimate(20.0, clinical, LEE_2024),
        findings=(QualityFinding("gantry-tilt", Severity.INFO, "Tilted.", "Nothing to do."),),
        model=ModelIdentity("by-hand", "1.2.3", "0" * 64),
        input_sha256="f" * 64,
        timings_s={"Reading slices": 0.5},
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
        risk=estimate(None, assessment.clinical, LEE_2024),
    )
