"""De-identification by the Basic Application Level Confidentiality Profile (PS3.15 annex E).

The table of actions (E.1-1, of 2026c) is that of the package dicom-anonymizer; that package applies
it to the outermost elements alone, here it holds at every depth.  Options: structured content is
cleaned (E.3.4), dates are shifted by one number of days (E.3.6), age and sex stay (E.3.7).

What the table does not list and may still name somebody goes as well: private and unknown elements,
names of persons, overlays, and any text with a word that identifies the patient elsewhere.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c as table
from pydicom import DataElement, Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, generate_uid

from core.dicom.values import UNREADABLE, text
from core.report.provenance import MAKER, RESEARCH_USE

METHOD = "PS3.15 2026c Basic Profile; dates shifted; age, sex kept"
_CODES = {
    "113100": "Basic Application Confidentiality Profile",
    "113104": "Clean Structured Content Option",
    "113107": "Retain Longitudinal Temporal Information Modified Dates Option",
    "113108": "Retain Patient Characteristics Option",
}
_REMOVED = "REMOVED"
_TEXTS = {"AE", "CS", "LO", "LT", "SH", "ST", "UC", "UR", "UT"}
_OLDEST_TOLD_YEARS = 89
_LONGEST_SHIFT_DAYS = 3650
_SHORT, _WORD = 5, re.compile(r"[^\W_]{3,}")
_STANDARD_UIDS = "1.2.840.10008."
_IDENTIFIERS = (
    *("PatientID", "OtherPatientIDs", "AccessionNumber", "PatientBirthDate", "InstitutionName"),
    *("InstitutionAddress", "StationName", "PatientAddress", "PatientTelephoneNumbers", "StudyID"),
    *("FillerOrderNumberImagingServiceRequest", "PlacerOrderNumberImagingServiceRequest"),
)

_Tag = tuple[int, int]
_REMOVE = frozenset(tag for tag in table.X_TAGS if len(tag) == 2)
_EMPTY = frozenset((*table.Z_TAGS, *table.X_Z_TAGS))
_REPLACE = frozenset((*table.D_TAGS, *table.Z_D_TAGS, *table.X_D_TAGS, *table.X_Z_D_TAGS))
_AGE, _SEX, _BIRTH_DATE = (0x0010, 0x1010), (0x0010, 0x0040), (0x0010, 0x0030)
_CONTENT = (0x0040, 0xA730)
_CURVES_AND_OVERLAYS = (0x50, 0x60)  # the first byte of their groups


@dataclass(frozen=True, slots=True)
class Words:
    """What identifies a patient, as words that no text may hold; short ones as whole words only."""

    words: frozenset[str]

    def within(self, found: str) -> bool:
        """Whether a text holds one."""
        folded = found.casefold()
        whole = {word.casefold() for word in _WORD.findall(folded)}
        return any(word in whole or (len(word) >= _SHORT and word in folded) for word in self.words)

    def in_bytes(self, content: bytes) -> bool:
        """Whether a file holds one that cannot be there by chance: long, and not digits alone."""
        folded = content.lower()
        telling = (word for word in self.words if len(word) >= _SHORT and not word.isdigit())
        return any(word.encode("utf-8", "ignore") in folded for word in telling)


def identifying_words(headers: Iterable[Dataset]) -> Words:
    """The words of all names of persons and of the identifiers in a study's headers."""
    found: set[str] = set()
    for header in headers:
        found.add(text(header, "StudyInstanceUID").casefold())
        for said in _identifiers(header):
            found.update(word.casefold() for word in _WORD.findall(said))
            found.update({said.casefold()} if len(said) >= _SHORT else ())
    return Words(frozenset(found - {""}))


def _identifiers(dataset: Dataset) -> Iterator[str]:
    yield from (text(dataset, keyword) for keyword in _IDENTIFIERS)
    for element in _readable(dataset):
        if element.VR == "PN":
            yield str(element.value)
        elif element.VR == "SQ":
            for item in element.value:
                yield from _identifiers(item)


def _readable(dataset: Dataset) -> Iterator[DataElement]:
    for tag in list(dataset.keys()):
        try:
            yield dataset[tag]
        except UNREADABLE:
            continue


@dataclass(frozen=True, slots=True)
class Deidentifier:
    """One consistent set of new UIDs, pseudonyms and shifted dates, drawn anew each time.

    Nothing leads back: neither the secret nor the shift is kept.  ``patients`` are the identifiers
    of patients by StudyInstanceUID, for objects that do not say whose they are.
    """

    words: Words
    patients: Mapping[str, str] = field(default_factory=dict)
    secret: str = field(default_factory=lambda: secrets.token_hex(32))
    shift_days: int = field(default_factory=lambda: -1 - secrets.randbelow(_LONGEST_SHIFT_DAYS))

    def deidentify(self, dataset: Dataset) -> Dataset:
        """The dataset, changed in place; its pixels are as they were."""
        patient_id = self.patients.get(text(dataset, "StudyInstanceUID"), "")
        pseudonym = self.pseudonym(patient_id or text(dataset, "PatientID"))
        made_here = text(dataset, "Manufacturer") == MAKER
        syntax = dataset.file_meta.TransferSyntaxUID
        self._clean(dataset)
        dataset.PatientName, dataset.PatientID = pseudonym, pseudonym
        dataset.PatientBirthDate = ""
        if made_here:
            dataset.SeriesDescription = RESEARCH_USE
        _say_so(dataset)
        dataset.preamble = bytes(128)
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        return dataset

    def pseudonym(self, patient_id: str) -> str:
        """What a patient is called."""
        return f"SUBJECT-{self._drawn('patient', patient_id)[-8:]}"

    def uid(self, uid: str) -> UID:
        """The UID that takes the place of one; those of the standard stay."""
        return UID(uid) if uid.startswith(_STANDARD_UIDS) else self._drawn("uid", uid)

    def _drawn(self, *parts: str) -> UID:
        return generate_uid(entropy_srcs=[self.secret, *parts])

    def _clean(self, dataset: Dataset) -> None:
        for tag in list(dataset.keys()):
            try:
                element = dataset[tag]
                kept = self._cleaned(element)
            except UNREADABLE:
                kept = False  # what cannot be read may be anything
            if not kept:
                del dataset[tag]

    def _cleaned(self, element: DataElement) -> bool:
        """Whether an element stays, changed as it must be."""
        tag = (element.tag.group, element.tag.element)
        if element.tag.is_private or element.VR == "UN" or tag[0] >> 8 in _CURVES_AND_OVERLAYS:
            return False
        if tag == _AGE:
            element.value = _told_age(str(element.value))
        elif element.VR in ("UI", "DA", "DT", "TM"):
            return self._moved(element, tag)
        elif element.VR == "SQ":
            return self._cleaned_items(element, tag)
        elif tag != _SEX:
            return self._cleaned_value(element, tag)
        return True

    def _cleaned_value(self, element: DataElement, tag: _Tag) -> bool:
        if tag in _REMOVE or (tag in _REPLACE and element.VR not in _TEXTS):
            return False
        if tag in _EMPTY or element.VR == "PN":
            element.value = None
        elif tag in _REPLACE:
            element.value = _REMOVED
        return not (element.VR in _TEXTS and self.words.within(_joined(element)))

    def _cleaned_items(self, element: DataElement, tag: _Tag) -> bool:
        if tag in _REMOVE:
            return False
        if tag in _EMPTY or (tag in _REPLACE and tag != _CONTENT):
            element.value = []
        for item in element.value:
            self._clean(item)
        return True

    def _moved(self, element: DataElement, tag: _Tag) -> bool:
        """Whether a UID, date or time stays, replaced or shifted; that of birth does not."""
        if tag == _BIRTH_DATE:
            return False
        values = [str(value) for value in _values(element)]
        if element.VR == "UI":
            element.value = [self.uid(value) for value in values]
        elif element.VR in ("DA", "DT"):
            element.value = [self._shifted(value) for value in values if value]
        return True

    def _shifted(self, date: str) -> str:
        """A date, or date and time, so many days earlier; raises ValueError where it is none."""
        day = datetime.strptime(date[:8], "%Y%m%d") + timedelta(self.shift_days)
        return f"{day:%Y%m%d}{date[8:]}"


def _say_so(dataset: Dataset) -> None:
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    dataset.LongitudinalTemporalInformationModified = "MODIFIED"
    dataset.DeidentificationMethodCodeSequence = [_code(*code) for code in _CODES.items()]


def _code(value: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "DCM", meaning
    return code


def _told_age(age: str) -> str:
    """An age; of those whom it would single out, that they are so old.

    >>> _told_age("065Y"), _told_age("097Y")
    ('065Y', '090Y')
    """
    years = int(age[:-1]) if re.fullmatch(r"\d{3}Y", age) else 0
    return f"{_OLDEST_TOLD_YEARS + 1:03d}Y" if years > _OLDEST_TOLD_YEARS else age


def _values(element: DataElement) -> Iterable[object]:
    found = element.value
    if found is None or found == "":
        return ()
    return (found,) if isinstance(found, str) or not isinstance(found, Iterable) else found


def _joined(element: DataElement) -> str:
    return "\\".join(str(value) for value in _values(element))
