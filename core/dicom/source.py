"""A study as the user names it: a folder, a single file or a zip archive."""

import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.dicom.findings import Finding
from core.dicom.values import looks_like_dicom
from core.writing import scratch_folder

# A thin-slice head CT with all its reconstructions is about 2 GB in 4000 files; a larger archive
# is a whole archive's export or a decompression bomb.
MAX_UNPACKED_BYTES = 8 * 1024**3
MAX_ARCHIVE_FILES = 50_000
# CT compresses 2 to 4 times, an empty slice or a mask several hundred times.  What is small may do
# as it likes; a study as a whole never comes near.
MAX_RATIO = 100
ALWAYS_UNPACKED_BYTES = 64 * 1024**2

# sizeof_hdr of NIfTI-1 and -2 in either byte order, or gzip around it.
_NIFTI_STARTS = (
    *(struct.pack(order, size) for order in ("<i", ">i") for size in (348, 540)),
    b"\x1f\x8b",
)
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    UnicodeError,
)


def files_below(folder: Path) -> tuple[list[Path], int]:
    """All files in a folder and its subfolders, in order, and how many folders may not be read.

    A file is its own only one.
    """
    if folder.is_file():
        return [folder], 0
    locked: list[OSError] = []
    walked = os.walk(folder, onerror=locked.append)
    paths = sorted(Path(place, name) for place, _, names in walked for name in names)
    return paths, len(locked)


@contextmanager
def study_folder(source: Path) -> Iterator[Path]:
    """Where the study's files lie while the context lasts: a folder, or a single file.

    A zip archive is unpacked to a temporary folder that is deleted at the end; what is large and no
    image stays packed.

    Raises
    ------
    StudyUnusableError
        The path does not exist, or the archive is unsafe, too large, made to fill the disk,
        encrypted or damaged.
    """
    if not os.path.exists(source):  # False, not an error, behind a folder that may not be read
        raise Finding.NO_SUCH_PATH.refusal(name=source.name)
    if not _is_archive(source):
        yield source
        return
    with scratch_folder() as unpacked:
        _unpack(source, unpacked)
        yield unpacked


def _is_archive(source: Path) -> bool:
    """Whether a file is a zip archive, or by its name was one before it was damaged."""
    return source.is_file() and (source.suffix.lower() == ".zip" or zipfile.is_zipfile(source))


def _unpack(archive_path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive_path) as archive:
            members = archive.infolist()
            if not all(member.filename for member in members):
                raise zipfile.BadZipFile("a file without a name")
            _refuse_unsafe(members, folder.resolve())
            _refuse_bomb(members, archive_path.stat().st_size)
            archive.extractall(folder, [one for one in members if _is_wanted(archive, one)])
    except _DAMAGED as error:
        raise Finding.ARCHIVE_DAMAGED.refusal(name=archive_path.name) from error
    except OSError as error:  # a bzip2 stream that is damaged is one too, without a word
        raise Finding.ARCHIVE_NOT_UNPACKED.refusal(
            name=archive_path.name, reason=error.strerror or "damaged"
        ) from error


def _refuse_unsafe(members: list[zipfile.ZipInfo], folder: Path) -> None:
    unpacked_bytes = sum(member.file_size for member in members)
    if unpacked_bytes > MAX_UNPACKED_BYTES or len(members) > MAX_ARCHIVE_FILES:
        raise Finding.ARCHIVE_TOO_LARGE.refusal(
            count=len(members),
            unpacked_gb=unpacked_bytes / 1024**3,
            most_files=MAX_ARCHIVE_FILES,
            most_gb=MAX_UNPACKED_BYTES / 1024**3,
        )
    if any(member.flag_bits & 0x1 for member in members):  # bit 0: encrypted (APPNOTE 4.4.4)
        raise Finding.ARCHIVE_ENCRYPTED.refusal()
    if any(not (folder / member.filename).resolve().is_relative_to(folder) for member in members):
        raise Finding.ARCHIVE_UNSAFE.refusal()


def _refuse_bomb(members: list[zipfile.ZipInfo], archive_bytes: int) -> None:
    """Nothing, unless what is inside is too large for the archive; files may overlap in one."""
    unpacked_bytes = sum(member.file_size for member in members)
    ratio = unpacked_bytes / archive_bytes
    if unpacked_bytes > ALWAYS_UNPACKED_BYTES and ratio > MAX_RATIO:
        raise Finding.ARCHIVE_BOMB.refusal(
            unpacked_gb=unpacked_bytes / 1024**3, ratio=ratio, most=MAX_RATIO
        )


def _is_wanted(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a file may be an image, by how it begins; small ones are not asked.

    A large one that is none, such as a viewer, is left in the archive.
    """
    if member.file_size <= ALWAYS_UNPACKED_BYTES:
        return True
    with archive.open(member) as file:
        start = file.read(132)
    return looks_like_dicom(start) or start.startswith(_NIFTI_STARTS)
