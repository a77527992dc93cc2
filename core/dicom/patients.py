"""Whose images lie in a folder: told apart by header, never named.

What is handed on is a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.dicom.header import patient_identity
from core.dicom.slice_header import SliceHeader
from core.dicom.values import text
from core.domain import PatientIdentity


@dataclass(slots=True, eq=False)
class _Patient:
    """What is known of a patient so far."""

    identity: PatientIdentity
    studies: set[str] = field(default_factory=set)
    headers: list[SliceHeader] = field(default_factory=list)

    def join(self, other: "_Patient") -> None:
        """Take over the images of the same patient, and what they add to what is known."""
        mine, theirs = self.identity, other.identity
        self.identity = PatientIdentity(
            mine.identifier or theirs.identifier,
            mine.birth_date or theirs.birth_date,
            mine.name | theirs.name,
        )
        self.studies |= other.studies
        self.headers += other.headers


def by_patient(headers: Sequence[SliceHeader]) -> tuple[list[SliceHeader], ...]:
    """The headers of each patient, in order of their first file.

    A header that says nothing of the patient goes with those of its study, else with the first.
    """
    known: list[_Patient] = []
    for header in headers:
        patient = _patient(header)
        alike = [other for other in known if not other.identity.is_another(patient.identity)]
        alike.sort(key=lambda other: not other.studies & patient.studies)
        if alike:
            alike[0].join(patient)
        else:
            known.append(patient)
    return tuple(patient.headers for patient in known)


def _patient(header: SliceHeader) -> _Patient:
    study = text(header.dataset, "StudyInstanceUID")
    return _Patient(patient_identity(header.dataset), {study} if study else set(), [header])
