import pytest

from core.domain import ClinicalFindings


@pytest.fixture
def patient() -> ClinicalFindings:
    return ClinicalFindings(age_years=65.0, gcs=10, fibrinogen_mg_dl=325.0)
