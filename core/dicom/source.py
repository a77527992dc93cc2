"""A study as the user names it: a folder, a single file or a zip archive."""

import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import StudyUnusableError

# A thin-slice head CT with all its reconstructions is about 2 GB in 4000 files; a larger archive
# is a whole archive's export or a decompression bomb.
MAX_UNPACKED_BYTES = 8 * 1024**3
MAX_ARCHIVE_FILES = 50_000

_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


@contextmanager
def study_folder(source: Path) -> Iterator[Path]:
    """Where the study's files lie while the context lasts: a folder, or a single file.

    A zip archive is unpacked to a temporary folder that is deleted at the end.

    Raises
    ------
    StudyUnusableError
        The path does not exist, or the archive is unsafe, too large, encrypted or damaged.
    """
    if not os.path.exists(source):  # False, not an error, behind a folder that may not be read
        raise StudyUnusableError(
            f"Found nothing at {source.name!r}, expected a folder, a NIfTI file or a zip archive.",
            "Check the path, that the drive is connected, and that you may read it.",
        )
    if not _is_archive(source):
        yield source
        return
    # Windows keeps a file locked while any reader holds it; that must not hide a finished result.
    with TemporaryDirectory(prefix="hescope-", ignore_cleanup_errors=True) as unpacked:
        _unpack(source, Path(unpacked))
        yield Path(unpacked)


def _is_archive(source: Path) -> bool:
    """Whether a file is a zip archive, or by its name was one before it was damaged."""
    return source.is_file() and (source.suffix.lower() == ".zip" or zipfile.is_zipfile(source))


def _unpack(archive_path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive_path) as archive:
            _refuse_unsafe(archive.infolist(), folder.resolve())
            archive.extractall(folder)
    except _DAMAGED as error:
        raise StudyUnusableError(
            f"The archive {archive_path.name} is damaged or of an unknown kind.",
            "Export the study again, or unpack it yourself and open the folder.",
        ) from error
    except OSError as error:  # a bzip2 stream that is damaged is one too, without a word
        raise StudyUnusableError(
            f"The archive {archive_path.name} cannot be unpacked: {error.strerror or 'damaged'}.",
            "Free space on the disk of temporary files, or unpack it yourself and open the folder.",
        ) from error


def _refuse_unsafe(members: list[zipfile.ZipInfo], folder: Path) -> None:
    remedy = "Unpack it yourself, check what it holds, and open the folder of the head CT."
    unpacked_bytes = sum(member.file_size for member in members)
    if unpacked_bytes > MAX_UNPACKED_BYTES or len(members) > MAX_ARCHIVE_FILES:
        raise StudyUnusableError(
            f"The archive holds {len(members)} files of {unpacked_bytes / 1024**3:.1f} GB in all, "
            f"expected at most {MAX_ARCHIVE_FILES} files and "
            f"{MAX_UNPACKED_BYTES / 1024**3:.0f} GB.",
            remedy,
        )
    if any(member.flag_bits & 0x1 for member in members):  # bit 0: encrypted (APPNOTE 4.4.4)
        raise StudyUnusableError(
            "The archive is encrypted, expected one without a password.",
            "Unpack it with its password and open the folder.",
        )
    if any(not (folder / member.filename).resolve().is_relative_to(folder) for member in members):
        raise StudyUnusableError(
            "The archive holds a path that leads outside it, expected plain folders and files.",
            remedy,
        )
