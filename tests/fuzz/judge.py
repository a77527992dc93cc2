"""How a mutated input ended, beside the plain one."""

import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

import numpy as np

from core.cohort.read import read_cohort_table
from core.dicom import (
    age_findings,
    check_quality,
    choice_findings,
    choose_head_ct,
    find_series,
    left_out_findings,
    read_volume,
    refuse_if_unusable,
    study_folder,
)
from core.domain import QualityFinding, Volume
from core.errors import HescopeError
from core.imaging.skull import coarse_head
from core.models.folder import load_model
from core.models.runtime import choose_runtime
from core.risk.clinical_file import read_clinical_file
from tests.fuzz.plain import FORMS

LIMIT_S = 20.0
"""Longer is a hang: a plain input takes a tenth of a second."""

# What check_quality lets pass without a word: 5 % of a step, half a millimetre sideways or over the
# whole volume, half a degree.
_ALONG_MM, _BESIDE_MM, _COSINE, _SPACING_MM = 0.25, 0.5, 0.0087, 0.02

Ending = Literal["same", "told", "refused", "silent", "traceback", "hang"]
FAILURES: tuple[Ending, ...] = ("silent", "traceback", "hang")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an input ended; ``detail`` is the finding's or refusal's words, or the traceback."""

    ending: Ending
    detail: str = ""


class _TooLongError(BaseException):
    """No ``except Exception`` of the code under test may swallow it."""


Result = object
Read = Callable[[Path], Result]


def ended(kind: str, folder: Path, plain: Result) -> Outcome:
    """How the input of a kind in a folder ended."""
    try:
        with _limited(LIMIT_S):
            result = READ[kind](folder)
    except _TooLongError:
        return Outcome("hang")
    except HescopeError as error:
        return Outcome("refused", type(error).__name__)
    except BaseException:  # noqa: BLE001  whatever it is, it is what is looked for
        return Outcome("traceback", traceback.format_exc())
    if isinstance(result, ReadStudy) and isinstance(plain, ReadStudy):
        return _compared(result, plain)
    # A number that is as possible as the plain one is all that a text or a card can say.
    return Outcome("same")


@dataclass(frozen=True, slots=True, eq=False)
class ReadStudy:
    """A study as far as the networks see it."""

    volume: Volume
    findings: tuple[QualityFinding, ...]


def read_study(source: Path) -> ReadStudy:
    """The steps of ``core.pipeline.assess`` up to the networks."""
    with study_folder(source) as folder:
        found = find_series(folder)
        series = choose_head_ct(found)
        chosen = (
            *age_findings(series.patient, None, accepted=False),
            *choice_findings(found, series, named=False),
            *left_out_findings(folder, found, series),
        )
        volume = read_volume(series)
    findings = (*chosen, *check_quality(volume, coarse_head(volume)))
    refuse_if_unusable(findings)
    return ReadStudy(volume, findings)


READ: dict[str, Read] = {
    **dict.fromkeys(("study", *FORMS), read_study),
    "zip": lambda folder: read_study(folder / "study.zip"),
    "nifti": lambda folder: read_study(folder / "head.nii.gz"),
    "plain nifti": lambda folder: read_study(folder / "head.nii"),
    "cohort": lambda folder: read_cohort_table(folder / "cohort.csv"),
    "clinical": lambda folder: read_clinical_file(folder / "clinical.json"),
    "model": lambda folder: load_model(folder, choose_runtime("cpu")),
}


def _compared(study: ReadStudy, plain: ReadStudy) -> Outcome:
    new = [finding for finding in study.findings if finding not in plain.findings]
    if new:
        return Outcome("told", " ".join(finding.code for finding in new))
    changed = _changed(study.volume, plain.volume)
    return Outcome("silent", changed) if changed else Outcome("same")


def _changed(volume: Volume, plain: Volume) -> str:
    one, other = volume.geometry, plain.geometry
    if volume.hu.shape != plain.hu.shape:
        return f"{plain.hu.shape} is {volume.hu.shape}"
    if not np.array_equal(volume.hu, plain.hu):
        return f"HU of {np.count_nonzero(volume.hu != plain.hu)} voxels"
    if np.abs(one.offsets_mm - other.offsets_mm).max() > _ALONG_MM:
        return "offsets of slices"
    if np.abs(one.positions_mm - other.positions_mm).max() > _BESIDE_MM:
        return "positions"
    axes = np.abs([*(one.column_axis - other.column_axis), *(one.row_axis - other.row_axis)])
    spacing = np.abs(np.subtract(one.pixel_spacing_mm, other.pixel_spacing_mm))
    if axes.max() > _COSINE:
        return "axes"
    return "spacing" if spacing.max() > _SPACING_MM else ""


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
