"""What the networks made of a study, kept in a file so that it is read once."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from core.domain import ClinicalFindings, QualityFinding, Severity
from core.models.folder import Model
from core.pipeline import assess, input_of
from core.progress import Progress
from core.report.provenance import VERSION
from core.writing import write_whole, writing_to


@dataclass(frozen=True, slots=True)
class StudyReading:
    """nDL score, L5 and hematoma volume of one study, and what its reader must know of it.

    ``ndl`` and ``l5_hu`` are None, and the volume 0, where no hematoma was found.  They are None as
    well where the models are not for what was found.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    ndl: float | None
    l5_hu: float | None
    volume_ml: float
    findings: tuple[QualityFinding, ...]


_adapter = TypeAdapter(StudyReading)


def read_study(
    study: Path, patient: str, model: Model, folder: Path, progress: Progress
) -> StudyReading:
    """Reading of a patient's study: the one that the folder keeps, else the networks', then kept.

    A study whose images changed, another model and another version of HEscope are read anew.

    Raises
    ------
    StudyUnusableError
        The study cannot be assessed.
    UsageError
        The folder cannot be written to.
    """
    progress("Looking for an earlier reading", 0.0)
    file = folder / f"{_key(input_of(study), patient, model)}.json"
    kept = _kept(file)
    if kept is not None:
        return kept
    assessment = assess(study, ClinicalFindings(), model, progress=progress)
    findings = tuple(f for f in assessment.findings if f.severity is not Severity.INFO)
    within = assessment.out_of_scope is None
    reading = StudyReading(
        ndl=assessment.ndl if within else None,
        l5_hu=assessment.l5_hu if within else None,
        volume_ml=assessment.volume_ml,
        findings=findings,
    )
    _keep(reading, file)
    return reading


def _key(input_sha256: str, patient: str, model: Model) -> str:
    """Name of the file; a hash, for the pseudonym may identify the patient."""
    parts = (VERSION, model.identity.sha256, patient, input_sha256)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _kept(file: Path) -> StudyReading | None:
    """Reading in a file, None where there is none or it is not whole."""
    try:
        return _adapter.validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None


def _keep(reading: StudyReading, file: Path) -> None:
    with writing_to(file.parent, then="; the same call then goes on"):
        write_whole(file, _adapter.dump_json(reading, indent=2) + b"\n")
