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
    if tags is None:
        return dcmread(path)
    return dcmread(path, stop_before_pixels=True, specific_tags=list(tags))


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
    return "\\".join(str(part).strip() for part in parts if part is not None)


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
