"""One study of many: kept from an earlier call, or assessed; its files, and its line."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.batch.line import BatchLine
from core.batch.work import BatchWork, StudyTask
from core.cohort.table import CohortRow, without_name
from core.crash_report import write_crash_report
from core.dicom.findings import Finding
from core.domain import ESTIMATE_KINDS, Asked, ModelIdentity
from core.errors import HescopeError, StudyUnusableError
from core.given import load_json
from core.memory import give_back, leave_modules_alone
from core.models.folder import Model, load_model
from core.models.runtime import choose_runtime
from core.pipeline import assess, input_of
from core.progress import Cancelled
from core.report.dicom_objects import NO_DICOM_OBJECTS, SEG, SR
from core.report.files import ASSESSMENT, FILES, write_assessment
from core.report.pdf import Report
from core.report.provenance import VERSION

_COPIED = ("volume_ml", "abc2_ml", "ndl", "l5_hu", "input_sha256")
_NO_MEMORY = "Found too little memory for this study. Assess it with fewer --workers."

Document = dict[str, Any]
"""An ``assessment.json`` as read."""


@dataclass(frozen=True, slots=True, eq=False)
class StudyAssessor:
    """A loaded model and what all studies have in common."""

    model: Model
    work: BatchWork

    @property
    def asked(self) -> Asked:
        """What is asked of each study."""
        return Asked(child=self.work.child)

    def line(self, task: StudyTask) -> BatchLine:
        """Line of a patient, once the files of the study are written.

        A study that cannot be assessed is a line with the reason; one that met a fault of HEscope
        itself is a line "internal error" with the name of its crash report.
        """
        row, study = task.row, task.study
        try:
            document = self._kept(row, study) if self.work.resume and study else None
            return _line(row, document or self._assessed(row, study))
        except StudyUnusableError as error:
            reason = without_name(error.message, study) if study else error.message
        except (HescopeError, Cancelled):
            raise  # the user's to mend, or wish
        except Exception as error:  # noqa: BLE001  a fault of ours ends one study, not the rest
            reason = _NO_MEMORY if _is_of_memory(error) else _reported(error)
        finally:
            give_back()
        return BatchLine(row.patient, assessed=False, reason=reason)

    def _kept(self, row: CohortRow, study: Path) -> Document | None:
        """Document of an earlier assessment, None if another one is due."""
        results = self.work.folder / row.patient
        try:
            document: Document = load_json((results / ASSESSMENT).read_bytes())
            _line(row, document)  # all that the table needs is there
            made_from = (
                document["hescope_version"],
                document["model"]["sha256"],
                document["clinical"],
                document["irregular"],
            )
            due = _is_of_child(document) and not self.asked.child
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None  # none, or cut short, or of another version
        wanted = (VERSION, self.model.identity.sha256, asdict(row.clinical), row.irregular)
        if due or made_from != wanted or not _has_its_files(results, document):
            return None
        return document if input_of(study, self.asked) == document["input_sha256"] else None

    def _assessed(self, row: CohortRow, study: Path | None) -> Document:
        if study is None:
            raise StudyUnusableError(
                "Found no study of this patient, expected one of that name, or in the column "
                "study.",
                "Add the study, or its path to the table.",
            )
        model, results = self.model, self.work.folder / row.patient
        assessment = assess(
            study,
            row.clinical,
            model,
            irregular=row.irregular,
            asked=self.asked,
        )
        write_assessment(Report(assessment, model.card, model.risk, datetime.now(), None), results)
        document: Document = json.loads((results / ASSESSMENT).read_bytes())
        return document


def load_assessor(work: BatchWork) -> StudyAssessor:
    """What assesses the studies of a batch, in a process of its own.

    Raises
    ------
    ModelInvalidError, UsageError
        The model cannot be used, or not on this device.
    """
    assessor = StudyAssessor(load_model(work.model, choose_runtime(work.device, work.engine)), work)
    leave_modules_alone()
    return assessor


def _is_of_memory(error: Exception) -> bool:
    """Whether there was too little memory: torch has no class of its own for that on the CPU."""
    return isinstance(error, MemoryError) or "allocate memory" in str(error)


def _reported(error: Exception) -> str:
    """Reason of a line whose study met a fault of HEscope itself."""
    report = write_crash_report(error)
    return "internal error" if report is None else f"internal error, report {report.name}"


def _has_its_files(results: Path, document: Document) -> bool:
    wanted = {*FILES}
    if document["volume_ml"] and NO_DICOM_OBJECTS not in _codes(document):
        wanted |= {SEG, SR}
    return all((results / name).is_file() for name in wanted)


def _codes(document: Document) -> list[str]:
    return [finding["code"] for finding in document["findings"]]


def _is_of_child(document: Document) -> bool:
    return Finding.UNDER_AGE.code in _codes(document)


def _line(row: CohortRow, document: Document) -> BatchLine:
    return BatchLine(
        row.patient,
        assessed=True,
        **{name: document[name] for name in _COPIED},
        outcome_equation=document["probabilities"]["outcome"]["equation"],
        **dict(_probabilities(document)),
        findings=" ".join(_codes(document)),
        model=ModelIdentity(**document["model"]).in_words,
    )


def _probabilities(document: Document) -> Iterator[tuple[str, Any]]:
    for kind in ESTIMATE_KINDS:
        estimate = document["probabilities"][kind]
        low, high = estimate["ci95"] or (None, None)
        yield from ((f"p_{kind}", estimate["p"]), (f"p_{kind}_low", low), (f"p_{kind}_high", high))
