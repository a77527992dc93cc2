"""Judges the series of a study, and chooses the baseline non-contrast head CT."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.dicom import traits
from core.dicom.findings import Finding
from core.dicom.reformat import plane_name
from core.domain import Series
from core.errors import UsageError

# Eight slices of 10 mm, the thickest in use, cover the brain from the tentorium to the vertex.
MIN_SLICES = 8
# Nominal 2.5 to 5 mm; helical scans and tilted gantries make the true step a little other.
PREFERRED_STEP_MM = (2.4, 5.5)
# Reconstructions of one scan differ by minutes; a follow-up comes hours later.
SAME_SCAN = timedelta(hours=1)
# A copied folder holds each image twice; more than that is a time series, such as perfusion.
MAX_IMAGES_PER_POSITION = 2
LATER = "later than the first head CT of the study"


@dataclass(frozen=True, slots=True)
class JudgedSeries:
    """A series, whether it can serve as the baseline head CT, and what speaks for or against."""

    series: Series
    suitable: bool
    reasons: tuple[str, ...]


def rank_series(series: Sequence[Series]) -> tuple[JudgedSeries, ...]:
    """Every series judged, best first: the first is the one to choose if it is suitable.

    Coronal and sagittal series are suitable where no axial one is.
    """
    fit = [s for s in series if not _obstacles(s) and not _mismatches(s)]
    suitable = [s for s in fit if traits.is_axial(s)] or fit
    baseline = min((s.patient.acquired_at for s in suitable if s.patient.acquired_at), default=None)
    suitable.sort(key=lambda s: _order(s, baseline))
    judged = [JudgedSeries(s, True, (_summary(s), *_demerits(s, baseline))) for s in suitable]
    unsuitable = [s for s in series if s not in suitable]
    return (
        *judged,
        *(JudgedSeries(s, False, _reasons_against(s)) for s in unsuitable),
    )


def choose_head_ct(
    series: Sequence[Series], uid: str | None = None, patient: int | None = None
) -> Series:
    """The baseline non-contrast head CT of a study.

    uid: SeriesInstanceUID (or name of the NIfTI file) to take, whatever its header says of the
    part of the body and of contrast.  patient: number of the patient among several.

    Raises
    ------
    StudyUnusableError
        None of the series can serve, or several NIfTI files could, or they are of several
        patients and neither uid nor patient says whose is meant.
    UsageError
        No series has the given uid, or is of the given patient.
    """
    if not series:
        raise Finding.NO_IMAGE.refusal()
    series = _of_one_patient(series, uid, patient)
    if uid is not None:
        return _named(series, uid)
    ranked = rank_series(series)
    if not ranked[0].suitable:
        raise Finding.NO_HEAD_CT.refusal(inventory=_inventory(ranked))
    _refuse_several_nifti([judged.series for judged in ranked if judged.suitable])
    return ranked[0].series


def _of_one_patient(
    series: Sequence[Series], uid: str | None, patient: int | None
) -> Sequence[Series]:
    asked = [s for s in series if patient in (None, s.patient_number)]
    if not asked:
        raise UsageError(
            f"The study holds nothing of patient {patient}.",
            "List the series of the study and name one of its patients by number.",
        )
    named = [s for s in asked if s.uid == uid] or asked
    numbers = {s.patient_number for s in named}
    if len(numbers) > 1:
        raise Finding.SEVERAL_PATIENTS.refusal(count=len(numbers), inventory=_patients(named))
    return [s for s in asked if s.patient_number in numbers]


def _patients(series: Sequence[Series]) -> str:
    """What there is of each patient: "1: CT of 24 slices, MR of 20 slices; 2: CT of 30 slices"."""
    of_each: dict[int, list[str]] = {}
    for s in series:
        found = f"{s.modality or 'images'} of {s.n_slices} slices"
        of_each.setdefault(s.patient_number, []).append(found)
    return "; ".join(f"{number}: {', '.join(of_each[number])}" for number in sorted(of_each))


def _named(series: Sequence[Series], uid: str) -> Series:
    named = [s for s in series if s.uid == uid]
    if not named:
        raise UsageError(
            f"None of the {len(series)} series of the study has the given UID.",
            "List the series of the study and name one of them.",
        )
    readable = [s for s in named if not _obstacles(s)]
    if not readable:
        judged = JudgedSeries(named[0], False, _obstacles(named[0]))
        raise Finding.NO_HEAD_CT.refusal(inventory=_inventory([judged]))
    return min(readable, key=lambda s: _order(s, None))


def _refuse_several_nifti(suitable: Sequence[Series]) -> None:
    """Nothing in NIfTI tells whose or which of several volumes is the baseline."""
    if suitable[0].format == "nifti" and len(suitable) > 1:
        raise Finding.SEVERAL_NIFTI.refusal(count=len(suitable))


def _obstacles(series: Series) -> tuple[str, ...]:
    """Why a series cannot be read as a stack of CT slices, the plainest reason first."""
    found = {
        "not CT": series.modality != "CT",
        "localizer": traits.is_localizer(series),
        "multi-frame object that does not say where its frames lie": (
            series.format == "dicom" and series.normal is None and series.n_slices > series.n_images
        ),
        "no position in the patient or no pixel spacing: a report, a capture or a rendering": (
            series.normal is None
        ),
        f"too few slices: {series.n_slices}, at least {MIN_SLICES} are needed": (
            series.n_slices < MIN_SLICES
        ),
    }
    return _holding(found)


def _reasons_against(series: Series) -> tuple[str, ...]:
    not_axial = series.normal is not None and not traits.is_axial(series)
    return (
        *_obstacles(series),
        *_mismatches(series),
        *(("coronal or sagittal, not axial",) if not_axial else ()),
    )


def _mismatches(series: Series) -> tuple[str, ...]:
    """Why a readable series is not a baseline non-contrast head CT, by the words of its header."""
    found = {
        "shows another part of the body": traits.region(series) == "elsewhere",
        "angiography or perfusion": traits.shows_vessels(series),
        "several images at each position: a time series": (
            series.n_images > MAX_IMAGES_PER_POSITION * series.n_slices
        ),
        "named as a segmentation": traits.is_mask(series),
    }
    return _holding(found)


def _demerits(series: Series, baseline: datetime | None) -> tuple[str, ...]:
    return _holding(_preferences(series, baseline))


def _preferences(series: Series, baseline: datetime | None) -> dict[str, bool]:
    """What makes another suitable series the better choice, weightiest first."""
    acquired_at = series.patient.acquired_at
    lowest_mm, highest_mm = PREFERRED_STEP_MM
    return {
        LATER: (
            acquired_at is not None and baseline is not None and acquired_at > baseline + SAME_SCAN
        ),
        "does not say that it shows the head": traits.region(series) == "unstated",
        "contrast agent": traits.is_contrast_enhanced(series),
        "sharp kernel, made for bone": traits.is_sharp(series),
        "calculated from other images": traits.is_derived(series),
        "slices thinner or thicker than 2.5 to 5 mm": not (
            series.spacing_mm is not None and lowest_mm <= series.spacing_mm <= highest_mm
        ),
    }


def _holding(reasons: dict[str, bool]) -> tuple[str, ...]:
    return tuple(reason for reason, holds in reasons.items() if holds)


def _order(series: Series, baseline: datetime | None) -> tuple[tuple[bool, ...], datetime, int]:
    """Sort key: fewer and lighter demerits first, then the earlier scan, then the longer stack."""
    acquired_at = series.patient.acquired_at or datetime.max
    return tuple(_preferences(series, baseline).values()), acquired_at, -series.n_slices


def _summary(series: Series) -> str:
    step = f", {series.spacing_mm:.1f} mm apart" if series.spacing_mm is not None else ""
    plane = (
        "axial" if series.normal is None or traits.is_axial(series) else plane_name(series.normal)
    )
    return f"{plane} CT, {series.n_slices} slices{step}"


def _name(series: Series) -> str:
    return series.description or series.body_part or "no description"


def _inventory(judged: Sequence[JudgedSeries]) -> str:
    """What was found, alike series counted together: "1 MR series (Brain): not CT"."""
    counts = Counter(
        (j.series.modality or "unknown", _name(j.series), j.reasons[0]) for j in judged
    )
    return "; ".join(
        f"{count} {modality} series ({description}): {reason}"
        for (modality, description, reason), count in counts.items()
    )
