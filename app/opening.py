"""From what the user hands over to an assessed study."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import BinaryIO

from app.choosing import choose_or_ask
from app.pictures import Pictures, pictures_of
from core.assets import EXAMPLES
from core.dicom import age_findings
from core.domain import (
    NOTHING_ASKED,
    Asked,
    Assessment,
    BoolArray,
    ClinicalFindings,
    Distance,
    PatientHeader,
    QualityFinding,
)
from core.models.folder import Model
from core.pipeline import assess, reassess
from core.progress import Progress
from core.queue import Ticket
from core.risk.clinical_file import read_clinical_file
from core.writing import scratch_folder

Handed = Path | Sequence[BinaryIO]
"""A path on this computer, or uploaded files."""

_CLINICAL = "clinical.json"
_IMAGES = "dicom"
_TRUTH = "truth.json"
# The only ending that tells a reader something; DICOM and zip are known by their content.
_NIFTI = (".nii.gz", ".nii")
FIRST_EXAMPLE = "expander"


@dataclass(frozen=True, slots=True)
class Example:
    """A bundled, simulated study and what it is meant to show."""

    folder: Path
    title: str
    description: str


@dataclass(frozen=True, slots=True, eq=False)
class OpenStudy:
    """An assessed study; ``clinical`` is what its files say of the patient, to prefill the form.

    ``by_networks`` is the assessment before any reader's edit; ``pictures`` are of ``assessment``.
    """

    assessment: Assessment
    by_networks: Assessment
    pictures: Pictures
    clinical: ClinicalFindings
    example: Example | None = None

    def outlined(self, mask: BoolArray, model: Model) -> "OpenStudy":
        """The study with a reader's outline of its hematoma, measured anew."""
        return self._assessed_as(reassess(self.by_networks, mask, model))

    def as_by_networks(self) -> "OpenStudy":
        """The study without a reader's edits."""
        return self._assessed_as(self.by_networks)

    def measured(self, distances: tuple[Distance, ...]) -> "OpenStudy":
        """The study with what a reader measured on it."""
        return replace(self, assessment=replace(self.assessment, distances=distances))

    def _assessed_as(self, assessment: Assessment) -> "OpenStudy":
        assessment = replace(assessment, distances=self.assessment.distances)
        pictures = pictures_of(assessment, self.pictures)
        return replace(self, assessment=assessment, pictures=pictures)

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays and pictures; what its two assessments share counts once."""
        arrays = {
            id(array): array.nbytes
            for made in (self.assessment, self.by_networks)
            for array in (made.volume.hu, made.segmentation.mask, made.activation)
        }
        return sum(arrays.values()) + self.pictures.nbytes


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What is to be opened, and what of it where there is a choice."""

    handed: Handed
    asked: Asked = NOTHING_ASKED


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """A study that waits for its assessment or is under way."""

    ticket: Ticket[OpenStudy]
    wanted: Wanted


def examples() -> tuple[Example, ...]:
    """The bundled studies, the one to begin with first."""
    folders = sorted(path.parent for path in EXAMPLES.glob(f"*/{_TRUTH}"))
    found = [_example(folder) for folder in folders]
    return tuple(sorted(found, key=lambda example: example.folder.name != FIRST_EXAMPLE))


def open_study(
    handed: Handed, model: Model, progress: Progress, asked: Asked = NOTHING_ASKED
) -> OpenStudy:
    """Study, assessed without clinical findings: those are the form's.

    Raises
    ------
    ChoiceNeededError
        There is more than one series to choose from, and ``asked`` names none.
    UnderAgeError
        The patient is a child, and ``asked`` does not insist.
    HescopeError
        The study cannot be assessed, or the clinical findings beside it are invalid.
    """
    with _on_disk(handed) as study:
        recorded = _recorded_findings(study)
        images = study / _IMAGES if (study / _IMAGES).is_dir() else study
        child = age_findings(PatientHeader(), recorded.age_years, accepted=asked.child)
        assessment = assess(
            images,
            ClinicalFindings(),
            model,
            asked=asked,
            choose=choose_or_ask,
            progress=progress,
        )
    assessment = _told(assessment, child)
    clinical = _completed(recorded, assessment.volume.series.patient)
    pictures = pictures_of(assessment)
    return OpenStudy(assessment, assessment, pictures, clinical, _example_at(handed))


def _told(assessment: Assessment, findings: Sequence[QualityFinding]) -> Assessment:
    """The assessment with findings that it does not have yet, first."""
    new = [finding for finding in findings if finding not in assessment.findings]
    return replace(assessment, findings=(*new, *assessment.findings)) if new else assessment


def _example(folder: Path) -> Example:
    truth = json.loads((folder / _TRUTH).read_text(encoding="utf-8"))
    return Example(folder, truth["title"], truth["description"])


def _example_at(handed: Handed) -> Example | None:
    if not isinstance(handed, Path):
        return None
    path = handed.resolve()
    return next((example for example in examples() if path.is_relative_to(example.folder)), None)


@contextmanager
def _on_disk(handed: Handed) -> Iterator[Path]:
    """Path of the study; uploaded files lie, numbered, in a temporary folder until the end."""
    if isinstance(handed, Path):
        yield handed
        return
    with scratch_folder() as folder:
        paths = [folder / f"{n:05d}{_ending(file)}" for n, file in enumerate(handed)]
        for path, file in zip(paths, handed, strict=True):
            path.write_bytes(file.read())
            file.seek(0)  # the upload stays on the page and may be handed over again
        yield paths[0] if len(paths) == 1 else folder


def _ending(file: BinaryIO) -> str:
    return next((ending for ending in _NIFTI if file.name.lower().endswith(ending)), "")


def _recorded_findings(study: Path) -> ClinicalFindings:
    """Findings of ``clinical.json`` in a study's folder; all unknown where there is none."""
    path = study / _CLINICAL
    if not path.is_file():
        return ClinicalFindings()
    return read_clinical_file(path)


def _completed(recorded: ClinicalFindings, header: PatientHeader) -> ClinicalFindings:
    """Recorded findings; what they leave open is taken from the images' header."""
    known = {field.name: getattr(recorded, field.name) for field in fields(recorded)}
    for name in ("age_years", "sex"):
        known[name] = getattr(header, name) if known[name] is None else known[name]
    return ClinicalFindings(**known)
