import pytest

from core.models.preprocessing import InputSpec
from core.training.data import Cohort, TrainingStudy, load_for_training


@pytest.fixture(scope="session")
def studies(cohort: Cohort) -> tuple[TrainingStudy, ...]:
    return load_for_training(cohort, cohort.names, InputSpec(size_px=64))
