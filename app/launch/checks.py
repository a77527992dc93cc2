"""What a computer must have before HEscope starts on it."""

import ctypes
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from app.launch.errors import CannotStartError

# An upload of 512 MB (app.settings) and as much again where it is a zip archive.
ROOM_MB = 1024
_AVX2_ON_WINDOWS = 40  # PF_AVX2_INSTRUCTIONS_AVAILABLE of IsProcessorFeaturePresent
_CPU_INFO = Path("/proc/cpuinfo")


def refuse_unfit_computer(*folders: Path) -> None:
    """Nothing, if HEscope can run here and write to these folders, which are made.

    Raises
    ------
    CannotStartError
        The processor is too old, a folder cannot be written, or the disk is full.
    """
    if not has_avx2():
        raise CannotStartError(
            "Found a processor without AVX2; expected one of 2013 or later, which has it.",
            "Use a newer computer: the networks were never tested on such a processor.",
        )
    for folder in folders:
        _refuse_read_only(folder)
    _refuse_full_disk(_temporary_folder())


def has_avx2() -> bool:
    """Whether the processor has AVX2; True where that cannot be known or does not apply."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return True
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.IsProcessorFeaturePresent(_AVX2_ON_WINDOWS))
    try:
        return "avx2" in _CPU_INFO.read_text(encoding="utf-8").split()
    except OSError:
        return True


def _refuse_read_only(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise CannotStartError(
            f"Found no way to write to {folder} ({error.strerror}); expected a folder of your own.",
            "Ask whoever runs this computer for write access to your home folder.",
        ) from error


def _temporary_folder() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:  # Python tried to write a few bytes to each that there may be
        raise CannotStartError(
            f"Found no folder for temporary files; expected one with {ROOM_MB} MB free.",
            "Delete what is not needed on this computer's disk and start again.",
        ) from error


def _refuse_full_disk(folder: Path) -> None:
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < ROOM_MB:
        raise CannotStartError(
            f"Found {free_mb} MB free in {folder}; expected {ROOM_MB} MB, to unpack a study.",
            "Delete what is not needed there and start again.",
        )
