"""Two patients in one folder, and what is not two."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.dicom import choose_head_ct, find_series
from core.errors import StudyUnusableError, UsageError

WriteHead = Callable[..., list[Path]]


def numbers(folder: Path) -> list[int]:
    return [series.patient_number for series in find_series(folder)]


@pytest.mark.parametrize(
    "other",
    [
        {"PatientID": "MRN-0815"},
        {"PatientBirthDate": "19490101"},
        {"PatientID": None, "PatientBirthDate": None, "PatientName": "ROE^RICHARD"},
    ],
    ids=["identifier", "birth date", "name, where all else is missing"],
)
def test_images_of_two_patients_are_refused(
    write_head: WriteHead, tmp_path: Path, other: dict[str, str]
) -> None:
    known = {"PatientBirthDate": "19580101"}
    write_head("a", {"SeriesInstanceUID": "1.1", **known})
    write_head("b", {"SeriesInstanceUID": "1.2", **known, **other})
    with pytest.raises(StudyUnusableError) as refusal:
        choose_head_ct(find_series(tmp_path))
    message = refusal.value.message
    assert "of 2 patients (1: CT of 24 slices; 2: CT of 24 slices)" in message
    assert "DOE" not in message
    assert "MRN" not in message


@pytest.mark.parametrize(
    "other",
    [
        {"PatientName": "DOE, JANE"},
        {"PatientName": "Jane Doe"},
        {"PatientName": "DÖE^Jane^Mary"},
        {"PatientName": "SMITH^JANE"},
        {"PatientName": None},
        {"PatientID": None},
        {"PatientID": "mrn-4711 "},
        {"PatientID": None, "PatientName": None},
    ],
    ids=str,
)
def test_a_name_written_otherwise_or_left_out_is_not_another_patient(
    write_head: WriteHead, tmp_path: Path, other: dict[str, str]
) -> None:
    write_head("a", {"SeriesInstanceUID": "1.1"})
    write_head("b", {"SeriesInstanceUID": "1.2", **other})
    assert numbers(tmp_path) == [1, 1]


def test_another_name_is_the_same_patient_where_identifier_and_birth_date_agree(
    write_head: WriteHead, tmp_path: Path
) -> None:
    known = {"PatientBirthDate": "19580101"}
    write_head("a", {"SeriesInstanceUID": "1.1", **known, "PatientName": "DOE^JANE"})
    write_head("b", {"SeriesInstanceUID": "1.2", **known, "PatientName": "ANON^PAT7"})
    assert numbers(tmp_path) == [1, 1]


def test_patient_or_series_that_is_named_is_taken(write_head: WriteHead, tmp_path: Path) -> None:
    write_head("a", {"SeriesInstanceUID": "1.1"})
    write_head("b", {"SeriesInstanceUID": "1.2", "PatientID": "MRN-0815"})
    found = find_series(tmp_path)
    assert choose_head_ct(found, patient=2).uid == "1.2"
    assert choose_head_ct(found, "1.1").patient_number == 1
    with pytest.raises(UsageError, match="nothing of patient 3"):
        choose_head_ct(found, patient=3)
    with pytest.raises(UsageError, match="has the given UID"):
        choose_head_ct(found, "1.1", patient=2)


def test_slices_of_two_patients_in_one_series_are_told_apart(
    write_head: WriteHead, tmp_path: Path
) -> None:
    uid = {"SeriesInstanceUID": "1.1"}
    write_head("a", uid, slice(0, 12))
    write_head("b", {**uid, "PatientID": "MRN-0815"}, slice(12, 24))
    with pytest.raises(StudyUnusableError, match="of 2 patients"):
        choose_head_ct(find_series(tmp_path), "1.1")
