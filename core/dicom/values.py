"""The one way to what a DICOM file says: any file, and any value in it, may be damaged."""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.multival import MultiValue
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from core.domain import FloatArray

# pydicom converts a value when it is asked for, and states no list of what it raises on damage:
# unknown value representations, wrong lengths, odd characters, endless nesting and deflated noise
# have been seen to end in one of these.
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    BytesLengthException,
    EOFError,
    InvalidDicomError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,  # with NotImplementedError and RecursionError
    TypeError,
    ValueError,  # with UnicodeError
    struct.error,
    zlib.error,
)


def read_dataset(path: Path, tags: Sequence[str] | None = None) -> Dataset:
    """A DICOM file: all of it, or the elements of the given keywords without the pixels.

    Raises one of ``UNREADABLE`` where the file is no DICOM or is damaged beyond its elements.
    """
    only = None if tags is None else list(tags)
    bare = _is_bare(path)
    dataset = dcmread(path, stop_before_pixels=only is not None, specific_tags=only, force=bare)
    if "TransferSyntaxUID" not in dataset.file_meta:
        dataset.file_meta.TransferSyntaxUID = _SYNTAXES[dataset.original_encoding]
    return dataset


# By whether value representations are implicit, and whether bytes are little endian; pydicom tells
# both from the first element.  Compressed pixels need the file meta information.
_SYNTAXES: dict[tuple[bool, bool] | tuple[None, None], UID] = {
    (True, True): ImplicitVRLittleEndian,
    (False, True): ExplicitVRLittleEndian,
    (False, False): ExplicitVRBigEndian,
}
# What a data set begins with that has no preamble before it: file meta information, or the group
# that identifies the study (its length, language, character set, image type, dates, SOP class).
_FIRST_TAGS = {
    *(struct.pack("<HH", 0x0002, element) for element in (0x0000, 0x0001, 0x0002)),
    *(
        struct.pack(order, 0x0008, element)
        for order in ("<HH", ">HH")
        for element in (0x0000, 0x0001, 0x0005, 0x0006, 0x0008, 0x0012, 0x0016, 0x0018)
    ),
}


def _is_bare(path: Path) -> bool:
    """Whether a file is a data set without the preamble and prefix of PS3.10 7.1."""
    with path.open("rb") as file:
        start = file.read(132)
    return start[128:] != b"DICM" and looks_like_dicom(start)


def looks_like_dicom(start: bytes) -> bool:
    """Whether a file that begins with these 132 bytes may be DICOM, with preamble or without."""
    return start[128:132] == b"DICM" or start[:4] in _FIRST_TAGS


def value(dataset: Dataset, keyword: str) -> Any:
    """The value of an element; None where it is absent, empty or damaged."""
    try:
        found = dataset.get(keyword)
        return None if found is None or found == "" else found
    except UNREADABLE:
        return None


def text(dataset: Dataset, keyword: str) -> str:
    """The value as DICOM writes it, several joined by a backslash; "" where there is none."""
    found = value(dataset, keyword)
    parts = found if isinstance(found, MultiValue) else [found]
    try:
        return "\\".join(str(part).strip() for part in parts if part is not None)
    except UNREADABLE:  # a sequence by mistake, whose items are read only now
        return ""


def numbers(dataset: Dataset, keyword: str) -> FloatArray:
    """The value as numbers, (0,) where there is none, or one that is not finite."""
    found = value(dataset, keyword)
    try:
        array = np.array([] if found is None else found, dtype=np.float64).reshape(-1)
    except UNREADABLE:
        return np.empty(0)
    return array if np.isfinite(array).all() else np.empty(0)


def number(dataset: Dataset, keyword: str) -> float | None:
    """The value as one number, None where there is none or there are several."""
    found = numbers(dataset, keyword)
    return float(found[0]) if len(found) == 1 else None
