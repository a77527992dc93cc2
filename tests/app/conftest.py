from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import app.loaded_model
from app.opening import OpenStudy
from core.domain import (
    Assessment,
    ClinicalFindings,
    Geometry,
    ModelIdentity,
    PatientHeader,
    QualityFinding,
    Segmentation,
    Series,
    Severity,
    SliceResult,
    Volume,
)
from core.models.card import ImageScore, ModelCard, Thresholds
from core.models.folder import Model
from core.models.preprocessing import InputSpec
from core.risk.estimate import estimate
from core.risk.ndl import NdlMap
from core.risk.published import LEE_2024

MAIN = Path(__file__).parents[2] / "app" / "main.py"
SHAPE = (8, 32, 32)


@pytest.fixture
def model() -> Model:
    """Published risk models and a card; no networks, which a page must never run by itself."""
    card = ModelCard(
        schema="hescope-model/1",
        name="test",
        version="1.0.0",
        created="2026-11-24",
        intended_use="tests",
        not_intended_for="patients",
        training_data="none",
        licence="none",
        expansion_labels="distilled from a published-table risk equation",
        recipe="none",
        limits=(),
        input=InputSpec(),
        thresholds=Thresholds(0.5, 0.5, "chosen for tests"),
        ndl=NdlMap(1.0, 1.0),
        image_score=ImageScore(0.75, "chosen for tests"),
        metrics={},
        files={},
    )
    return Model(ModelIdentity("test", "1.0.0", "0" * 64), card, None, LEE_2024)  # type: ignore[arg-type]


@pytest.fixture
def assessment() -> Assessment:
    """Hematoma of 4 x 4 pixels in two slices of 5 mm: 0.16 mL."""
    geometry = Geometry(
        positions_mm=np.array([[-16.0, -16.0, 5.0 * index] for index in range(SHAPE[0])]),
        column_axis=np.array([1.0, 0.0, 0.0]),
        row_axis=np.array([0.0, 1.0, 0.0]),
        pixel_spacing_mm=(1.0, 1.0),
        rows=SHAPE[1],
        columns=SHAPE[2],
    )
    mask = np.zeros(SHAPE, bool)
    mask[3:5, 10:14, 10:14] = True
    header = PatientHeader(65.0, "female", datetime(2026, 11, 24, 3, 0))
    series = Series("1.2.3", (), "dicom", "CT", description="Head <b>5 mm</b>", patient=header)
    clinical = ClinicalFindings()
    return Assessment(
        volume=Volume(np.full(SHAPE, 30, np.int16), geometry, series),
        segmentation=Segmentation(mask, geometry),
        slices=tuple(
            SliceResult(i, 5.0 * i, 0.9 if mask[i].any() else 0.1, 16.0 * mask[i].any(), None)
            for i in range(SHAPE[0])
        ),
        activation=np.zeros(SHAPE, np.float32),
        volume_ml=0.16,
        abc2_ml=0.2,
        ndl=30.0,
        clinical=clinical,
        risk=estimate(30.0, clinical, LEE_2024),
        findings=(QualityFinding("metal", Severity.WARNING, "Metal was found.", "Look twice."),),
        model=ModelIdentity("test", "1.0.0", "0" * 64),
        input_sha256="1" * 64,
        timings_s={},
    )


@pytest.fixture
def study(assessment: Assessment) -> OpenStudy:
    findings = ClinicalFindings(age_years=65.0, gcs=10, fibrinogen_mg_dl=260.0)
    return OpenStudy(assessment, findings, simulated=True)


@pytest.fixture
def open_app(model: Model, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Runs the app once, with a study open or without one."""
    monkeypatch.setattr(app.loaded_model, "loaded_model", lambda: model)

    def run(study: OpenStudy | None = None) -> AppTest:
        page = AppTest.from_file(str(MAIN), default_timeout=30)
        if study:
            page.session_state["study.open"] = study
        return page.run()

    return run


@pytest.fixture
def study_without_hematoma(study: OpenStudy) -> OpenStudy:
    empty = replace(study.assessment, ndl=None, volume_ml=0.0, abc2_ml=0.0)
    return replace(study, assessment=empty)
