"""Damage of many kinds, each by a seed alone.

Bytes of pixels are not changed one by one: no reader can tell a density from another that is as
plausible.  Nor is a value of all slices put in the place of another that is as plausible.
"""

import struct
from collections.abc import Callable
from pathlib import Path
from random import Random

from pydicom import dcmread
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

from tests.fuzz.plain import FORMS

Mutation = Callable[[Random, Path], str]
"""Changes files below a folder, and says how."""

_PIXEL_DATA = struct.pack("<HH", 0x7FE0, 0x0010)
_KEYWORDS = (
    *("SOPClassUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"),
    *("Modality", "ImageType", "SeriesDescription", "BodyPartExamined", "ConvolutionKernel"),
    *("PatientName", "PatientID", "PatientAge", "PatientSex", "PatientBirthDate", "StudyDate"),
    *("AcquisitionDate", "AcquisitionTime", "InstanceNumber", "InstitutionName"),
    *("Rows", "Columns", "PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient"),
    *("RescaleSlope", "RescaleIntercept", "BitsAllocated", "BitsStored", "HighBit"),
    *("PixelRepresentation", "SamplesPerPixel", "PhotometricInterpretation"),
    *("NumberOfFrames", "PixelPaddingValue", "ContrastBolusAgent"),
)
_VALUES: tuple[bytes, ...] = (
    *(b"", b" ", b"0 ", b"1 ", b"-1", b"2 ", b"1.5 ", b"nan ", b"inf ", b"1e30", b"-1e308"),
    *(
        b"0\\0 ",
        b"1\\2\\3 ",
        b"1\\0\\0\\0\\1\\0 ",
        b"a\\b\\c ",
        b"\\\\\\\\",
        b"\x00\x00",
        b"\xff\xff",
    ),
    *(b"\x01\x00", b"\x08\x00", b"\x10\x00", b"\x80\x00", b"005Y", b"20240230", b"995959"),
    *(b"MR", b"LOCALIZER ", b"1.2.840.10008.5.1.4.1.1.7\x00", b"\xe5\xa4\xaa", b"X" * 300),
)
_REPRESENTATIONS = (b"UN", b"XX", b"SQ", b"OB", b"US", b"DS", b"IS", b"LO", b"FD", b"UL", b"\0\0")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _some(random: Random, folder: Path) -> list[Path]:
    """One file, an end one as often as not, or a few: never more than a third."""
    files = _files(folder)
    count = random.choice((1, 1, 1, 2, len(files) // 3)) or 1
    return random.sample(files, min(count, len(files)))


def flip_bytes(random: Random, folder: Path) -> str:
    """Up to 8 bytes of a file changed; of a DICOM file, of its header."""
    path = random.choice(_files(folder))
    content = bytearray(path.read_bytes())
    end = _end_of_header(bytes(content))
    for _ in range(random.choice((1, 2, 8))):
        content[random.randrange(end)] = random.randrange(256)
    path.write_bytes(content)
    return "bytes changed"


def cut(random: Random, folder: Path) -> str:
    """Files cut short, to nothing perhaps."""
    for path in _some(random, folder):
        content = path.read_bytes()
        path.write_bytes(content[: random.choice((0, random.randrange(len(content) + 1)))])
    return "files cut short"


def blank_block(random: Random, folder: Path) -> str:
    """A block of a file's beginning overwritten, as by a bad sector."""
    path = random.choice(_files(folder))
    content = bytearray(path.read_bytes())
    start = random.randrange(_end_of_header(bytes(content)))
    fill = random.choice((b"\0", b"\xff", b"A"))
    end = min(start + random.choice((16, 128, 512)), _end_of_header(bytes(content)))
    content[start:end] = fill * (end - start)
    path.write_bytes(content)
    return "block overwritten"


def insert_bytes(random: Random, folder: Path) -> str:
    """Bytes put into a file or behind it."""
    path = random.choice(_files(folder))
    content = path.read_bytes()
    at = random.choice((len(content), random.randrange(_end_of_header(content))))
    path.write_bytes(content[:at] + random.randbytes(random.choice((1, 7, 64))) + content[at:])
    return "bytes inserted"


def remove(random: Random, folder: Path) -> str:
    """Files taken away."""
    for path in _some(random, folder):
        path.unlink()
    return "files removed"


def repeat(random: Random, folder: Path) -> str:
    """A file there twice."""
    path = random.choice(_files(folder))
    (path.parent / f"copy-{path.name}").write_bytes(path.read_bytes())
    return "file repeated"


def add_junk(random: Random, folder: Path) -> str:
    """A file that has no business there."""
    name = random.choice(("README", "a.dcm", "b.txt", "DICOMDIR", "c.nii", "d.nii.gz", "e.zip"))
    (folder / name).write_bytes(random.randbytes(random.choice((0, 10, 5000))))
    return "junk added"


def set_value(random: Random, folder: Path) -> str:
    """An element of some slices with another value, possible or not."""
    keyword, value = random.choice(_KEYWORDS), random.choice(_VALUES)
    for path in _some(random, folder):
        _replace(path, keyword, value, None)
    return f"{keyword} changed"


def set_representation(random: Random, folder: Path) -> str:
    """An element of some slices with another value representation, known or not."""
    keyword, representation = random.choice(_KEYWORDS), random.choice(_REPRESENTATIONS)
    for path in _some(random, folder):
        _replace(path, keyword, None, representation)
    return f"representation of {keyword} changed"


def nudge(random: Random, folder: Path) -> str:
    """A number of some slices a little or much other."""
    keyword = random.choice(
        ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")
        + ("RescaleSlope", "RescaleIntercept")
    )
    factor = random.choice((1.01, 1.1, -1.0, 2.0, 10.0))
    for path in _some(random, folder):
        dataset = _dataset(path)
        if dataset is None or keyword not in dataset:
            continue
        old = dataset[keyword].value
        numbers = [float(number) for number in (old if dataset[keyword].VM > 1 else [old])]
        at = random.randrange(len(numbers))
        numbers[at] = round(numbers[at] * factor + random.choice((0.0, 0.3, 7.0)), 4)
        setattr(dataset, keyword, numbers if len(numbers) > 1 else numbers[0])
        dataset.save_as(path)
    return f"{keyword} moved"


def other_syntax(random: Random, folder: Path) -> str:
    """Files that say another transfer syntax than theirs."""
    syntax = random.choice((b"1.2.840.10008.1.2\0", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.5"))
    for path in _some(random, folder):
        _replace(path, "TransferSyntaxUID", syntax, None)
    return "transfer syntax changed"


_ANY: tuple[Mutation, ...] = (flip_bytes, cut, blank_block, insert_bytes)
_TEXT: tuple[Mutation, ...] = (*_ANY, flip_bytes)
MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    **dict.fromkeys(
        ("study", *FORMS),
        (
            *(*_ANY, remove, repeat, add_junk, other_syntax),
            *(set_value, set_value, set_value, set_representation, nudge, nudge),
        ),
    ),
    "zip": _ANY,
    "nifti": _ANY,
    "plain nifti": _ANY,
    "cohort": _TEXT,
    "clinical": _TEXT,
    "model": (*_ANY, remove),
}


def _end_of_header(content: bytes) -> int:
    """Where the pixels of a DICOM file begin; the end of any other file."""
    if content[344:347] == b"n+1":  # NIfTI: 352 bytes, then voxels
        return 352
    end = content.rfind(_PIXEL_DATA) if _says_dicom(content) else -1
    return max(1, end if end > 0 else len(content))


def _says_dicom(content: bytes) -> bool:
    """Whether there is the prefix of a file, or a data set alone begins with group 8."""
    return content[128:132] == b"DICM" or content[:2] == b"\x08\x00"


def _replace(path: Path, keyword: str, value: bytes | None, vr: bytes | None) -> None:
    """Put another value or representation into a file of short explicit elements, if it has it."""
    tag = tag_for_keyword(keyword) or 0
    content = path.read_bytes()
    start = content.find(struct.pack("<HH", tag >> 16, tag & 0xFFFF), 132)
    if start < 0 or start + 8 > len(content):
        return
    (length,) = struct.unpack_from("<H", content, start + 6)
    vr = content[start + 4 : start + 6] if vr is None else vr
    value = content[start + 8 : start + 8 + length] if value is None else value
    element = content[start : start + 4] + vr + struct.pack("<H", len(value)) + value
    path.write_bytes(content[:start] + element + content[start + 8 + length :])


def _dataset(path: Path) -> Dataset | None:
    return dcmread(path, force=True) if path.read_bytes()[128:132] == b"DICM" else None
