"""What a DICOM header tells of the patient: age, sex, time of the scan, and who is another."""

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime
from typing import Literal

from pydicom import Dataset
from pydicom.valuerep import DA, DT, TM, PersonName

from core.dicom.values import UNREADABLE, text
from core.domain import PatientHeader, PatientIdentity

PATIENT_TAGS = (
    "PatientID",
    "PatientName",
    "PatientAge",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "AcquisitionDateTime",
    "AcquisitionDate",
    "AcquisitionTime",
    "ContentDate",
    "ContentTime",
    "SeriesDate",
    "SeriesTime",
)

_KEY = secrets.token_bytes(32)  # of this program's run alone
_YEARS_PER_UNIT = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0}
_SEX: dict[str, Literal["male", "female"]] = {"M": "male", "F": "female"}


def patient_header(dataset: Dataset) -> PatientHeader:
    """Age in years, sex and local time of acquisition, each None where the header is silent."""
    stated = _stated_age_years(dataset)
    return PatientHeader(
        age_years=_age_by_dates_years(dataset) if stated is None else stated,
        sex=_SEX.get(text(dataset, "PatientSex").upper()),
        acquired_at=_acquired_at(dataset),
        identity=patient_identity(dataset),
    )


def patient_identity(dataset: Dataset) -> PatientIdentity:
    """Who the patient is: to be compared with another of this run of the program, never read."""
    return PatientIdentity(
        _sealed(text(dataset, "PatientID").casefold()),
        _sealed(text(dataset, "PatientBirthDate")),
        frozenset(_sealed(word) for word in _words_of_name(dataset)),
    )


def _words_of_name(dataset: Dataset) -> list[str]:
    """Words of the alphabetic name (PS3.5 6.2.1.1) without accents."""
    plain = unicodedata.normalize("NFKD", str(PersonName(text(dataset, "PatientName")).alphabetic))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"\w+", letters.replace("_", " ").casefold())


def _sealed(words: str) -> str:
    """Keyed hash (BLAKE2b) of words that say something, else the same nothing."""
    return hashlib.blake2b(words.encode(), key=_KEY).hexdigest() if words else ""


def _stated_age_years(dataset: Dataset) -> float | None:
    """PatientAge (0010,1010), e.g. 065Y (PS3.5 6.2, AS)."""
    stated = text(dataset, "PatientAge").upper()
    if len(stated) != 4 or not stated[:3].isdecimal() or stated[3] not in _YEARS_PER_UNIT:
        return None
    return int(stated[:3]) * _YEARS_PER_UNIT[stated[3]]


def _age_by_dates_years(dataset: Dataset) -> float | None:
    birth = _date(dataset, "PatientBirthDate")
    events = ("StudyDate", "AcquisitionDate", "SeriesDate", "ContentDate")
    day = next((day for day in (_date(dataset, event) for event in events) if day), None)
    if birth is None or day is None or day < birth:
        return None
    return float(day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)))


def _acquired_at(dataset: Dataset) -> datetime | None:
    """Time of acquisition; the content's or the series' where that is absent.

    The study's time is when the patient was registered, and says nothing of the scan.
    """
    try:
        if stamp := DT(text(dataset, "AcquisitionDateTime")):
            return stamp.replace(tzinfo=None)
    except UNREADABLE:
        pass
    for event in ("Acquisition", "Content", "Series"):
        day = _date(dataset, f"{event}Date")
        clock = _time(dataset, f"{event}Time")
        if day is not None and clock is not None:
            return datetime.combine(day, clock)
    return None


def _date(dataset: Dataset, keyword: str) -> DA | None:
    try:
        return DA(text(dataset, keyword))
    except UNREADABLE:  # a date that is none is as good as absent
        return None


def _time(dataset: Dataset, keyword: str) -> TM | None:
    try:
        return TM(text(dataset, keyword))
    except UNREADABLE:
        return None
