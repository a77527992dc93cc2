"""Counts what a folder holds against what is used: nothing is left out without a word."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.dicom import traits
from core.dicom.choose import MIN_SLICES
from core.dicom.findings import Finding
from core.dicom.source import files_below
from core.domain import QualityFinding, Series

_IMAGE_ENDINGS = {".dcm", ".dicom", ".ima", ".img", ".nii", ".gz"}
_PREAMBLE_BYTES = 128  # then DICM (PS3.10 7.1)


def left_out_findings(
    folder: Path, found: Sequence[Series], chosen: Series
) -> tuple[QualityFinding, ...]:
    """A warning of files that may belong to the scan and are not used; else word of the others.

    folder: where the study's files lie, or its only file.
    """
    files, _ = files_below(folder)
    of_series = {path for series in found for path in series.files}
    unread = [path for path in files if path not in of_series]
    damaged = [path for path in unread if _may_be_slice(path, chosen)]
    strays = [series for series in found if series is not chosen and _may_belong(series, chosen)]
    doubtful = [
        *_counted(len(damaged), "that cannot be read as an image"),
        *(f"{len(series.files)} {_why_apart(series, chosen)}" for series in strays),
    ]
    of_strays = {path for series in strays for path in series.files}
    n_other = len(of_series - set(chosen.files) - of_strays)
    harmless = [
        *_counted(n_other, "of other series"),
        *_counted(len(unread) - len(damaged), "that are no images"),
    ]
    numbers = {"used": len(chosen.files), "count": len(files)}
    if doubtful:
        return (Finding.SLICES_LEFT_OUT.told(**numbers, reasons=", ".join([*doubtful, *harmless])),)
    if harmless:
        return (Finding.FILES_LEFT_OUT.told(**numbers, reasons=", ".join(harmless)),)
    return ()


def _counted(count: int, words: str) -> Iterator[str]:
    if count:
        yield f"{count} {words}"


def _may_be_slice(path: Path, chosen: Series) -> bool:
    """Whether a file that no series holds looks like a slice: by content, ending or company."""
    if path.name.upper() == "DICOMDIR" or path.name.startswith("."):
        return False
    if path.suffix.lower() in _IMAGE_ENDINGS or _says_dicom(path):
        return True
    return any(
        path.parent == slice_.parent and path.suffix == slice_.suffix for slice_ in chosen.files
    )


def _says_dicom(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(_PREAMBLE_BYTES + 4)[_PREAMBLE_BYTES:] == b"DICM"
    except OSError:
        return True  # locked: it may be anything


def _may_belong(series: Series, chosen: Series) -> bool:
    """Whether slices that stand apart may be of the scan that was chosen."""
    if traits.is_localizer(series) or series.format != chosen.format:
        return False
    if series.uid == chosen.uid:
        return True
    return series.modality == "CT" and series.normal is not None and series.n_slices < MIN_SLICES


def _why_apart(series: Series, chosen: Series) -> str:
    if series.uid != chosen.uid:
        return f"of a series of {series.n_slices} slice(s) only"
    if series.normal is None:
        return "of the same series that do not say where they lie"
    return "of the same series with another orientation, spacing, matrix or kind of image"
