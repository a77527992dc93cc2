"""Who the patient is: read only when the user asks for it on a report."""

from pydicom.valuerep import PersonName

from core.dicom.values import UNREADABLE, read_dataset, text
from core.domain import Series

_TAGS = ("PatientName", "PatientID")  # (0010,0010), (0010,0020)


def patient_label(series: Series) -> str | None:
    """Name and identifier from the first file of a series; None if they are not to be had.

    Of a name written in several scripts, the alphabetic one (PS3.5 6.2.1.1).
    """
    if series.format != "dicom" or not series.files:
        return None
    try:
        header = read_dataset(series.files[0], _TAGS)
    except UNREADABLE:  # an upload is gone once it was read
        return None
    name, identifier = (text(header, tag) for tag in _TAGS)
    alphabetic = PersonName(name).alphabetic.replace("^", " ")
    words = [" ".join(word.split()) for word in (alphabetic, identifier)]
    return ", ".join(word for word in words if word) or None
