"""A study as it may leave: images, segmentation and report without what names the patient."""

from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from pydicom import Dataset
from pydicom.uid import (
    Comprehensive3DSRStorage,
    CTImageStorage,
    EnhancedCTImageStorage,
    LegacyConvertedEnhancedCTImageStorage,
    SegmentationStorage,
)

from core.deidentify.profile import Deidentifier, identifying_words
from core.dicom.findings import Finding
from core.dicom.source import study_folder
from core.dicom.values import UNREADABLE, read_dataset, text
from core.errors import UsageError
from core.report.provenance import MAKER
from core.writing import in_one_step, writing_to

WRITTEN = "written"
FACES = "The face can be drawn from a head CT: give these files only to whom you may give faces."
_CT = {CTImageStorage, EnhancedCTImageStorage, LegacyConvertedEnhancedCTImageStorage}
_OURS = {SegmentationStorage, Comprehensive3DSRStorage}


class _LeftOutError(Exception):
    """An object that may name the patient; the message says why."""


def write_deidentified(sources: Sequence[Path], target: Path) -> Counter[str]:
    """How many files were written ("written"), and how many were left out for which reason.

    sources: folders, zip archives or files of one study and its results.  ``target`` is made, in
    one step; in it lie a folder a series, and files by number.

    Left out is what cannot be made safe: no CT image nor HEscope's own segmentation or report,
    images with burned-in words, and what holds a word that identifies the patient to the end.

    Raises
    ------
    StudyUnusableError
        A source is not there or cannot be unpacked, or nothing in it could be written.
    UsageError
        The target is there already, or cannot be written to.
    """
    if target.exists():
        raise UsageError(f"{target.name} is there already.", "Name a new folder for --out.")
    told: Counter[str] = Counter()
    deidentifier = _deidentifier(sources)
    with writing_to(target.parent), in_one_step(target) as made:
        made.mkdir()
        for dataset in _datasets(sources, told):
            try:
                content = _content(deidentifier, dataset)
            except _LeftOutError as error:
                told[str(error)] += 1
                continue
            except UNREADABLE:
                told["damaged, or compressed in a way that cannot be read"] += 1
                continue
            file = _place(made, dataset)
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
            told[WRITTEN] += 1
        if not told[WRITTEN]:
            raise Finding.NO_IMAGE.refusal()
    return told


def _deidentifier(sources: Sequence[Path]) -> Deidentifier:
    patients = {}
    for header in _datasets(sources, Counter()):
        patient_id = text(header, "PatientID")
        patients.update({text(header, "StudyInstanceUID"): patient_id} if patient_id else {})
    return Deidentifier(identifying_words(_datasets(sources, Counter())), patients)


def _datasets(sources: Sequence[Path], told: Counter[str]) -> Iterator[Dataset]:
    for source in sources:
        with study_folder(source) as folder:
            files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
            for file in files:
                if not file.is_file():
                    continue
                try:
                    yield read_dataset(file)
                except UNREADABLE:
                    told["no DICOM file"] += 1


def _content(deidentifier: Deidentifier, dataset: Dataset) -> bytes:
    """The dataset, changed in place, as a file."""
    _refuse_unsafe(dataset)
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        dataset.decompress(generate_instance_uid=False)  # its code stream may hold comments
    deidentifier.deidentify(dataset)
    content = BytesIO()
    dataset.save_as(content, enforce_file_format=True)
    made = content.getvalue()
    if deidentifier.words.in_bytes(made):
        raise _LeftOutError("a word that identifies the patient is in it to the end")
    return made


def _refuse_unsafe(dataset: Dataset) -> None:
    kind, ours = text(dataset, "SOPClassUID"), text(dataset, "Manufacturer") == MAKER
    if kind not in _CT and not (ours and kind in _OURS):
        raise _LeftOutError("neither a CT image nor HEscope's segmentation or report")
    if text(dataset, "BurnedInAnnotation") == "YES" or "SECONDARY" in text(dataset, "ImageType"):
        raise _LeftOutError("an image that may have words burned in")
    if any(
        element.tag.group & 0xFF00 == 0x6000
        and element.keyword == "OverlayBitsAllocated"
        and element.value != 1
        for element in dataset
    ):
        raise _LeftOutError("an image with an overlay in its pixels")


def _place(folder: Path, dataset: Dataset) -> Path:
    """Where a file goes: names of series and file are parts of their new UIDs."""
    series = text(dataset, "SeriesInstanceUID").rpartition(".")[2][-12:]
    return folder / series / f"{text(dataset, 'SOPInstanceUID').rpartition('.')[2][-16:]}.dcm"
