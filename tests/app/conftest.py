from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import app.loaded_model
from app.opening import OpenStudy
from app.opening_table import simulated_table
from app.pictures import pictures_of
from app.tabs import Tab
from core.cohort.table import CohortTable
from core.domain import (
    Assessment,
    ClinicalFindings,
    ModelIdentity,
    PatientHeader,
    QualityFinding,
    Series,
    Severity,
)
from core.models.card import ImageScore
from core.models.folder import Model
from core.risk.published import LEE_2024
from tests.models.make import make_card
from tests.report.make import make_assessment

APP = Path(__file__).parents[2] / "app"
SHAPE = (8, 32, 32)


@pytest.fixture
def model() -> Model:
    """Published risk models and a card; no networks, which a page must never run by itself."""
    card = make_card(image_score=ImageScore(0.75, "chosen for tests"))
    return Model(
        ModelIdentity("by-hand", "1.2.3", "0" * 64, "PyTorch float32"), card, None, LEE_2024
    )  # type: ignore[arg-type]


@pytest.fixture
def assessment() -> Assessment:
    """Hematoma of 4 x 4 pixels in two slices of 5 mm: 0.16 mL."""
    mask = np.zeros(SHAPE, bool)
    mask[3:5, 10:14, 10:14] = True
    header = PatientHeader(65.0, "female", datetime(2026, 11, 24, 3, 0))
    return make_assessment(
        mask,
        pixel_mm=1.0,
        ndl=30.0,
        series=Series("1.2.3", (), "dicom", "CT", "Head <b>5 mm</b>", patient=header),
        findings=(QualityFinding("metal", Severity.WARNING, "Metal was found.", "Look twice."),),
    )


@pytest.fixture
def study(assessment: Assessment) -> OpenStudy:
    findings = ClinicalFindings(age_years=65.0, gcs=10, fibrinogen_mg_dl=260.0)
    return OpenStudy(assessment, assessment, pictures_of(assessment), findings)


@pytest.fixture
def open_app(model: Model, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Runs the page of an open study, or another, as it is when it is opened."""
    monkeypatch.setattr(app.loaded_model, "loaded_model", lambda folder=None: model)

    def run(study: OpenStudy | None = None, page: str = "views/assessment.py") -> AppTest:
        opened = AppTest.from_file(str(APP / page), default_timeout=30)
        if study:
            opened.session_state["tab"] = Tab("token", "", 0.0, study=study)
        return opened.run()

    return run


@pytest.fixture
def study_without_hematoma(study: OpenStudy) -> OpenStudy:
    empty = replace(study.assessment, ndl=None, l5_hu=None, volume_ml=0.0, abc2_ml=0.0)
    return replace(study, assessment=empty)


@pytest.fixture(scope="session")
def simulated() -> CohortTable:
    """The paper's cohort, simulated: what the button opens."""
    return simulated_table()
