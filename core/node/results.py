"""What is made of a study: report, ``assessment.json`` and the objects that are sent."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydicom import Dataset

from core.dicom.values import UNREADABLE, read_dataset
from core.errors import UsageError
from core.given import load_json
from core.node.state import State
from core.node.store import OBJECTS, Store, make_private
from core.report.assessment_json import assessment_json
from core.report.dicom_objects import STUDY_TAGS, archive_objects
from core.report.dicom_objects.common import uid_of
from core.report.files import ASSESSMENT, REPORT
from core.report.pdf import Report, report_pdf
from core.writing import in_one_step, write_together, writing_to

EDITED = "edited-"
"""How the key of results begins whose outline a reader drew."""


def write_results(report: Report, images: Iterable[Path], target: Path) -> None:
    """Write results to a folder, in one step, for this user alone; the one above it is there.

    images: files of the study, the first readable of which says what an archive files it by.

    Raises
    ------
    UsageError
        The folder cannot be written to, or no image is there any more.
    """
    header = next(_headers(images), None)
    if header is None:
        raise UsageError(
            "No image of the study found in the store.", "Have it sent again, or fetch it."
        )
    with writing_to(target.parent), in_one_step(target) as made:
        made.mkdir(mode=0o700)
        pdf = report_pdf(report)
        files = {REPORT: pdf, ASSESSMENT: _document(report)}
        write_together(files, made, private=files)
        objects = made / OBJECTS
        objects.mkdir(mode=0o700)
        sent = archive_objects(report, header, pdf)
        for number, (name, content) in enumerate(sent):
            file = objects / f"{number:04d}-{name}"
            file.touch(0o600)
            file.write_bytes(content)


def about(results: Path) -> dict[str, object]:
    """What the trail says of results."""
    text = (results / ASSESSMENT).read_bytes()
    document = load_json(text)
    return {
        "input_sha256": document["input_sha256"],
        "model": document["model"],
        "version": document["hescope_version"],
        "assessment_sha256": hashlib.sha256(text).hexdigest(),
        "volume_ml": document["volume_ml"],
        "probabilities": {kind: risk["p"] for kind, risk in document["probabilities"].items()},
    }


def queue_edited(
    report: Report, store: Store, state: State, destinations: Sequence[str], *, by: str
) -> None:
    """Have the results of a study as a reader outlined it sent, beside those that were sent before:
    objects and series are others.  The same outline and findings are sent once.

    Raises
    ------
    UsageError
        The results cannot be written, or the study is in the store no longer.
    """
    assessment = report.assessment
    study_uid = assessment.volume.series.study_uid
    key = EDITED + hashlib.sha256(uid_of(assessment, "results").encode()).hexdigest()[:32]
    target = store.results(study_uid, key)
    if not target.is_dir():
        images = assessment.volume.series.files
        if any(file.is_file() for file in images):
            make_private(target.parent, store.folder)
        write_results(report, images, target)
    for destination in destinations:
        state.queue(study_uid, key, destination, by=by, edited_by_reader=True, **about(target))


def _document(report: Report) -> bytes:
    made = assessment_json(report.assessment, card=report.card, risk_models=report.risk_models)
    return made.encode()


def _headers(images: Iterable[Path]) -> Iterator[Dataset]:
    for file in images:
        try:
            yield read_dataset(file, STUDY_TAGS)
        except UNREADABLE:
            continue
