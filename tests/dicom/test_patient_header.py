from datetime import datetime

import pytest
from pydicom import Dataset

from core.dicom.header import patient_header


def header(**values: str) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


@pytest.mark.parametrize(
    ("age", "years"), [("065Y", 65.0), ("018M", 1.5), ("", None), ("65", None), ("ABCY", None)]
)
@pytest.mark.filterwarnings("ignore:Invalid value for VR AS")
def test_stated_age_is_in_years(age: str, years: float | None) -> None:
    assert patient_header(header(PatientAge=age)).age_years == years


@pytest.mark.parametrize(("study", "years"), [("20240309", 63.0), ("20240310", 64.0)])
def test_age_follows_from_birth_and_study(study: str, years: float) -> None:
    dataset = header(PatientBirthDate="19600310", StudyDate=study)
    assert patient_header(dataset).age_years == years


def test_birth_after_study_gives_no_age() -> None:
    dataset = header(PatientBirthDate="20250101", StudyDate="20240101")
    assert patient_header(dataset).age_years is None


@pytest.mark.parametrize(("code", "sex"), [("M", "male"), ("F", "female"), ("O", None), ("", None)])
def test_sex(code: str, sex: str | None) -> None:
    assert patient_header(header(PatientSex=code)).sex == sex


def test_time_of_acquisition_outranks_that_of_the_series() -> None:
    dataset = header(
        AcquisitionDate="20240301",
        AcquisitionTime="101530",
        SeriesDate="20240302",
        SeriesTime="0900",
    )
    assert patient_header(dataset).acquired_at == datetime(2024, 3, 1, 10, 15, 30)


def test_acquisition_date_time_is_local_time() -> None:
    dataset = header(AcquisitionDateTime="20240301101530.5+0900")
    assert patient_header(dataset).acquired_at == datetime(2024, 3, 1, 10, 15, 30, 500000)


def test_time_of_the_study_is_not_that_of_the_scan() -> None:
    assert patient_header(header(StudyDate="20240301", StudyTime="1015")).acquired_at is None


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_malformed_date_is_absent() -> None:
    dataset = header(AcquisitionDate="2024", AcquisitionTime="10:15")
    assert patient_header(dataset).acquired_at is None
