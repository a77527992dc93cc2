"""Who the patient is: read only when the user asks for it on a report."""

import pydicom
from pydicom.errors import InvalidDicomError

from core.domain import Series

_TAGS = ("PatientName", "PatientID")  # (0010,0010), (0010,0020)


def patient_label(series: Series) -> str | None:
    """Name and identifier from the first file of a series; None if they are not to be had."""
    if series.format != "dicom" or not series.files:
        return None
    try:
        header = pydicom.dcmread(series.files[0], specific_tags=list(_TAGS))
    except (OSError, InvalidDicomError):  # an upload is gone once it was read
        return None
    words = [str(header.get(tag, "")).replace("^", " ").strip() for tag in _TAGS]
    return ", ".join(word for word in words if word) or None
