"""Whose images lie in a folder: told apart by header, never named.

Identifiers are compared here and go no further: what is handed on is a number.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydicom import Dataset
from pydicom.valuerep import PersonName

from core.dicom.slice_header import SliceHeader
from core.dicom.values import text


@dataclass(slots=True, eq=False)
class _Patient:
    """What is known of a patient so far; "" and empty are unknown."""

    identifier: str = ""
    birth_date: str = ""
    name: frozenset[str] = frozenset()
    studies: set[str] = field(default_factory=set)
    headers: list[SliceHeader] = field(default_factory=list)

    def is_another(self, other: "_Patient") -> bool:
        """Whether these are surely two.

        Identifier (0010,0020) and birth date (0010,0030) decide; names only where one of the two
        is not known of both, for a name is written in many ways: DOE^JOHN, Doe, John.
        """
        pairs = ((self.identifier, other.identifier), (self.birth_date, other.birth_date))
        if any(one != two for one, two in pairs if one and two):
            return True
        if all(one and two for one, two in pairs):
            return False
        return bool(self.name and other.name) and not self.name & other.name

    def join(self, other: "_Patient") -> None:
        """Take over the images of the same patient, and what they add to what is known."""
        self.identifier = self.identifier or other.identifier
        self.birth_date = self.birth_date or other.birth_date
        self.name |= other.name
        self.studies |= other.studies
        self.headers += other.headers


def by_patient(headers: Sequence[SliceHeader]) -> tuple[list[SliceHeader], ...]:
    """The headers of each patient, in order of their first file.

    A header that says nothing of the patient goes with those of its study, else with the first.
    """
    known: list[_Patient] = []
    for header in headers:
        patient = _patient(header)
        alike = [other for other in known if not other.is_another(patient)]
        alike.sort(key=lambda other: not other.studies & patient.studies)
        if alike:
            alike[0].join(patient)
        else:
            known.append(patient)
    return tuple(patient.headers for patient in known)


def _patient(header: SliceHeader) -> _Patient:
    dataset = header.dataset
    study = text(dataset, "StudyInstanceUID")
    return _Patient(
        identifier=text(dataset, "PatientID").casefold(),
        birth_date=text(dataset, "PatientBirthDate"),
        name=_words_of_name(dataset),
        studies={study} if study else set(),
        headers=[header],
    )


def _words_of_name(dataset: Dataset) -> frozenset[str]:
    """Words of the alphabetic name (PS3.5 6.2.1.1) without accents, in no order."""
    plain = unicodedata.normalize("NFKD", str(PersonName(text(dataset, "PatientName")).alphabetic))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return frozenset(re.findall(r"\w+", letters.replace("_", " ").casefold()))
