"""Many studies assessed one after the other: the files of each, and one table of all."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from core.cohort.table import CohortRow, CohortTable, refuse_if_unusable
from core.crash_report import write_crash_report
from core.dicom.findings import Finding
from core.domain import ESTIMATE_KINDS, Asked
from core.errors import ClinicalDataError, HescopeError, StudyUnusableError
from core.given import load_json
from core.models.folder import Model
from core.pipeline import assess, input_of
from core.progress import Cancelled, Progress, one_of, silent
from core.report.dicom_objects import NO_DICOM_OBJECTS, SEG, SR
from core.report.files import ASSESSMENT, FILES, write_assessment
from core.report.pdf import Report
from core.report.provenance import VERSION
from core.study.readings import without_name
from core.writing import write_together, writing_to

RESULTS = "results.csv"
_FOLDER_NAME = re.compile(r"\w[\w.-]*")
_COPIED = ("volume_ml", "abc2_ml", "ndl", "l5_hu", "input_sha256")
_STUDY_ENDINGS = ("", ".zip", ".nii.gz", ".nii")

Document = dict[str, Any]
"""An ``assessment.json`` as read."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One patient in ``results.csv``; without an assessment there is a ``reason``.

    ``low`` and ``high`` bound the 95 % interval of a probability; ``findings`` are codes.
    """

    patient: str
    assessed: bool
    reason: str = ""
    volume_ml: float | None = None
    abc2_ml: float | None = None
    ndl: float | None = None
    l5_hu: float | None = None
    outcome_equation: str = ""
    p_outcome: float | None = None
    p_outcome_low: float | None = None
    p_outcome_high: float | None = None
    p_image: float | None = None
    p_image_low: float | None = None
    p_image_high: float | None = None
    p_clinical: float | None = None
    p_clinical_low: float | None = None
    p_clinical_high: float | None = None
    p_integrated: float | None = None
    p_integrated_low: float | None = None
    p_integrated_high: float | None = None
    findings: str = ""
    model: str = ""
    input_sha256: str = ""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch is done.

    ``resume`` keeps what the same model and version made of the same images and findings, where all
    its files are still there.  ``child``: a patient under 19 is assessed too, and the line's
    findings say so.
    """

    resume: bool = False
    child: bool = False


_PLAIN = BatchOptions()


def assess_batch(
    table: CohortTable,
    root: Path,
    model: Model,
    folder: Path,
    *,
    options: BatchOptions = _PLAIN,
    progress: Progress = silent,
) -> tuple[BatchLine, ...]:
    """A line a patient, as ``results.csv`` in the folder has them; beside it a folder for each.

    A patient's study is the table's, else the folder, zip archive or NIfTI file of that name in
    ``root``.  A study that cannot be assessed is a line with the reason; one that met a fault of
    HEscope itself is a line "internal error" with the name of its crash report.

    Raises
    ------
    ClinicalDataError
        The table has something to mend, or a patient that cannot name a folder.
    UsageError
        The folder cannot be written to.
    """
    refuse_if_unusable(table)
    _refuse_names(table)
    work = _Work(model, folder, Asked(child=options.child))
    lines = []
    for done, row in enumerate(table.rows):
        watched = one_of(progress, done, len(table.rows), "Patient")
        study = row.study or _find(root, row.patient)
        try:
            document = _kept(row, study, work) if options.resume and study else None
            lines.append(_line(row, document or _assessed(row, study, work, watched)))
        except StudyUnusableError as error:
            reason = without_name(error.message, study) if study else error.message
            lines.append(BatchLine(row.patient, assessed=False, reason=reason))
        except (HescopeError, Cancelled):
            raise  # the user's to mend, or wish
        except Exception as error:  # noqa: BLE001  a fault of ours ends one study, not the rest
            lines.append(BatchLine(row.patient, assessed=False, reason=_reported(error)))
    _write(lines, folder)
    return tuple(lines)


def _reported(error: Exception) -> str:
    """Reason of a line whose study met a fault of HEscope itself."""
    report = write_crash_report(error)
    return "internal error" if report is None else f"internal error, report {report.name}"


def _refuse_names(table: CohortTable) -> None:
    wrong = [row.number for row in table.rows if not _FOLDER_NAME.fullmatch(row.patient)]
    if wrong:
        raise ClinicalDataError(
            f"The patient of row {wrong[0]} cannot name a folder; letters, digits, point, hyphen "
            "and underscore expected.",
            "Give every patient a pseudonym of these.",
        )


def _find(root: Path, name: str) -> Path | None:
    candidates = (root / f"{name}{ending}" for ending in _STUDY_ENDINGS)
    return next((path for path in candidates if path.exists()), None)


@dataclass(frozen=True, slots=True)
class _Work:
    """What all studies have in common."""

    model: Model
    folder: Path
    asked: Asked


def _kept(row: CohortRow, study: Path, work: _Work) -> Document | None:
    """Document of an earlier assessment, None if another one is due."""
    results = work.folder / row.patient
    try:
        document: Document = load_json((results / ASSESSMENT).read_bytes())
        _line(row, document)  # all that the table needs is there
        made_from = (
            document["hescope_version"],
            document["model"]["sha256"],
            document["clinical"],
            document["irregular"],
        )
        due = _is_of_child(document) and not work.asked.child
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None  # none, or cut short, or of another version
    wanted = (VERSION, work.model.identity.sha256, asdict(row.clinical), row.irregular)
    if due or made_from != wanted or not _has_its_files(results, document):
        return None
    return document if input_of(study, work.asked) == document["input_sha256"] else None


def _has_its_files(results: Path, document: Document) -> bool:
    wanted = {*FILES}
    if document["volume_ml"] and NO_DICOM_OBJECTS not in _codes(document):
        wanted |= {SEG, SR}
    return all((results / name).is_file() for name in wanted)


def _codes(document: Document) -> list[str]:
    return [finding["code"] for finding in document["findings"]]


def _is_of_child(document: Document) -> bool:
    return Finding.UNDER_AGE.code in _codes(document)


def _assessed(row: CohortRow, study: Path | None, work: _Work, progress: Progress) -> Document:
    if study is None:
        raise StudyUnusableError(
            "Found no study of this patient, expected one of that name, or in the column study.",
            "Add the study, or its path to the table.",
        )
    model, results = work.model, work.folder / row.patient
    assessment = assess(
        study,
        row.clinical,
        model,
        irregular=row.irregular,
        asked=work.asked,
        progress=progress,
    )
    write_assessment(Report(assessment, model.card, model.risk, datetime.now(), None), results)
    document: Document = json.loads((results / ASSESSMENT).read_bytes())
    return document


def _line(row: CohortRow, document: Document) -> BatchLine:
    return BatchLine(
        row.patient,
        assessed=True,
        **{name: document[name] for name in _COPIED},
        outcome_equation=document["probabilities"]["outcome"]["equation"],
        **dict(_probabilities(document)),
        findings=" ".join(_codes(document)),
        model=f"{document['model']['name']} {document['model']['version']}",
    )


def _probabilities(document: Document) -> Iterator[tuple[str, Any]]:
    for kind in ESTIMATE_KINDS:
        estimate = document["probabilities"][kind]
        low, high = estimate["ci95"] or (None, None)
        yield from ((f"p_{kind}", estimate["p"]), (f"p_{kind}_low", low), (f"p_{kind}_high", high))


def _write(lines: list[BatchLine], folder: Path) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(BatchLine)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(line) for line in lines)
    with writing_to(folder, then="; --resume keeps what is done"):
        write_together({RESULTS: text.getvalue().encode()}, folder)
