"""Published bedside scores, worked out from what is known, line by line.

Points and sources: BRAIN (Wang 2015, Stroke 46:376, PMID 25503550), NAG (Miyahara 2018, PMID
29958849), ICH score (Hemphill 2001, Stroke), BAT (Morotti 2018, Stroke 49:1163), 9-point
(Brouwers 2014, PMC4131760).  The points of BAT and of the 9-point score could not be checked in the
papers themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import expit

from core.domain import ClinicalFindings


@dataclass(frozen=True, slots=True)
class ReaderMarkers:
    """CT signs as the reader leaves them: computed candidates, confirmed or corrected."""

    blend: bool
    hypodensity: bool


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One line of a score; ``points`` is None where the value is unknown."""

    label: str
    value: str
    points: int | None
    most: int


@dataclass(frozen=True, slots=True)
class Score:
    """A score with its lines; ``risk`` is what its authors say of the total."""

    name: str
    predicts: str
    items: tuple[ScoreItem, ...]
    risk: str | None
    source: str
    caveat: str
    verified: bool = True
    excluded: bool = False
    """Whether the score was not made for such a patient; it then has no total."""

    @property
    def least(self) -> int:
        """Total if all that is unknown gave no point."""
        return sum(item.points or 0 for item in self.items)

    @property
    def most(self) -> int:
        """Total if all that is unknown gave its most points."""
        return sum(item.most if item.points is None else item.points for item in self.items)

    @property
    def total(self) -> int | None:
        """Total, None while something is unknown."""
        unknown = any(item.points is None for item in self.items)
        return None if unknown or self.excluded else self.least


def all_scores(
    clinical: ClinicalFindings, volume_ml: float, markers: ReaderMarkers
) -> tuple[Score, ...]:
    """Every score for one patient, those with checked points first.

    volume_ml: 0 where no hematoma was found, which is no known small volume.
    """
    measured_ml = volume_ml or None
    return (
        _brain(clinical, measured_ml),
        _nag(clinical),
        _ich(clinical, measured_ml),
        _bat(clinical, markers),
        _nine_point(clinical, measured_ml),
    )


def used_by(variable: str) -> tuple[str, ...]:
    """Names of the scores that use a clinical variable."""
    return tuple(name for name, variables in _USES.items() if variable in variables)


_USES = {
    "the outcome-based risk": ("onset_to_ct_h", "gcs", "irregular"),
    "BRAIN": ("onset_to_ct_h", "anticoagulant", "recurrent_ich", "ivh"),
    "NAG": ("nihss", "anticoagulant", "glucose_mg_dl"),
    "ICH score": ("age_years", "gcs", "infratentorial", "ivh"),
    "BAT": ("onset_to_ct_h", "anticoagulant"),
    "9-point": ("onset_to_ct_h", "anticoagulant", "spot_sign"),
}


def _brain(clinical: ClinicalFindings, volume_ml: float | None) -> Score:
    items = (
        _graded("Baseline volume, mL", volume_ml, ((10, 0), (20, 5)), 7),
        _yes("Recurrent hemorrhage", clinical.recurrent_ich, 4),
        _yes("Anticoagulant (warfarin)", clinical.anticoagulant, 6),
        _yes("Intraventricular extension", clinical.ivh, 2),
        _graded(
            "Hours from onset to CT",
            clinical.onset_to_ct_h,
            ((1, 5), (2, 4), (3, 3), (4, 2), (5, 1)),
            0,
        ),
    )
    return Score(
        "BRAIN",
        "growth of 6 mL or more within 24 h",
        items,
        _of_total(items, _brain_risk),
        "Wang 2015, Stroke 46:376 (PMID 25503550); C 0.73",
        "Its outcome is growth of 6 mL or more alone. Any anticoagulant is counted; the score "
        "means warfarin. Exact boundaries are not published: upper bounds count as within.",
    )


def _brain_risk(total: int) -> str:
    published = {0: "3.4 % (published)", 24: "85.8 % (published)"}
    interpolated = f"{100 * float(expit(-3.347 + 0.2144 * total)):.0f} %"
    return published.get(total, f"{interpolated} (interpolated, not published)")


def _nag(clinical: ClinicalFindings) -> Score:
    items = (
        _at_least("NIHSS 10 or more", clinical.nihss, 10),
        _yes("Anticoagulant", clinical.anticoagulant, 1),
        _at_least("Glucose 133 mg/dL or more", clinical.glucose_mg_dl, 133),
    )
    risks = {0: "4 %", 1: "25 %", 2: "60 %", 3: "100 %"}
    return Score(
        "NAG",
        "expansion (more than 6 mL or 33 %)",
        items,
        _of_total(items, lambda total: f"{risks[total]} (published)"),
        "Miyahara 2018, J Stroke Cerebrovasc Dis 27:2606 (PMID 29958849); external C 0.72 and 0.77",
        "From 118 patients, 30 expansions: the top category held few.",
    )


def _ich(clinical: ClinicalFindings, volume_ml: float | None) -> Score:
    items = (
        _graded("Glasgow Coma Scale", clinical.gcs, ((4, 2), (12, 1)), 0),
        _at_least("Age 80 or more", clinical.age_years, 80),
        _yes("Infratentorial", clinical.infratentorial, 1),
        _at_least("Volume 30 mL or more", volume_ml, 30),
        _yes("Blood in the ventricles", clinical.ivh, 1),
    )
    mortality = {0: "0 %", 1: "13 %", 2: "26 %", 3: "72 %", 4: "97 %", 5: "100 %"}
    return Score(
        "ICH score",
        "death within 30 days, not expansion",
        items,
        _of_total(
            items,
            lambda total: (
                f"{mortality[total]} (published)"
                if total in mortality
                else "100 % (estimated; nobody had 6 points)"
            ),
        ),
        "Hemphill 2001, Stroke (30-day mortality)",
        "Context only. Forecasts of death should wait 48 to 72 h: care that was given up makes "
        "them come true.",
    )


def _bat(clinical: ClinicalFindings, markers: ReaderMarkers) -> Score:
    items = (
        _yes("Blend sign", markers.blend, 1),
        _yes("Any hypodensity", markers.hypodensity, 2),
        _below("Onset to CT below 2.5 h", clinical.onset_to_ct_h, 2.5, 2),
    )
    excluded = clinical.anticoagulant is True
    return Score(
        "BAT",
        "expansion",
        items,
        "not for a patient on an anticoagulant" if excluded else _of_total(items, _bat_risk),
        "Morotti 2018, Stroke 49:1163; external AUC 0.65 to 0.70",
        "Made from patients without coagulopathy.",
        verified=False,
        excluded=excluded,
    )


def _bat_risk(total: int) -> str:
    return "higher risk (3 or more)" if total >= 3 else "lower risk (below 3)"


def _nine_point(clinical: ClinicalFindings, volume_ml: float | None) -> Score:
    spot = {"absent": 0, "present": 3}.get(clinical.spot_sign or "")
    items = (
        _yes("Anticoagulant (warfarin)", clinical.anticoagulant, 2),
        _graded("Hours from onset to CT", clinical.onset_to_ct_h, ((6, 2),), 0),
        _nine_point_volume(volume_ml),
        # Without a CT angiography the score gives one point: unknown is a category of its own.
        ScoreItem(
            "Spot sign on CTA", clinical.spot_sign or "no CTA", 1 if spot is None else spot, 3
        ),
    )
    return Score(
        "9-point",
        "expansion (more than 6 mL or 33 %)",
        items,
        None,
        "Brouwers 2014, JAMA Neurol 71:158 (PMC4131760); C 0.72 and 0.77",
        "Poorly calibrated in other patients (PREDICT, chi-square 34, p < 0.001). Any "
        "anticoagulant is counted; the score means warfarin.",
        verified=False,
    )


def _nine_point_volume(volume_ml: float | None) -> ScoreItem:
    if volume_ml is None:
        return ScoreItem("Volume, mL", "unknown", None, 2)
    points = 0 if volume_ml < 30 else 1 if volume_ml <= 60 else 2
    return ScoreItem("Volume, mL", _digits(volume_ml), points, 2)


def _yes(label: str, value: bool | None, points: int) -> ScoreItem:
    if value is None:
        return ScoreItem(label, "unknown", None, points)
    return ScoreItem(label, "yes" if value else "no", points if value else 0, points)


def _at_least(label: str, value: float | None, limit: float) -> ScoreItem:
    if value is None:
        return ScoreItem(label, "unknown", None, 1)
    return ScoreItem(label, _digits(value), int(value >= limit), 1)


def _below(label: str, value: float | None, limit: float, points: int) -> ScoreItem:
    if value is None:
        return ScoreItem(label, "unknown", None, points)
    return ScoreItem(label, _digits(value), points if value < limit else 0, points)


def _graded(
    label: str, value: float | None, grades: tuple[tuple[float, int], ...], beyond: int
) -> ScoreItem:
    """Points of the first grade whose upper bound holds the value, else those beyond."""
    most = max(beyond, *(points for _, points in grades))
    if value is None:
        return ScoreItem(label, "unknown", None, most)
    points = next((points for bound, points in grades if value <= bound), beyond)
    return ScoreItem(label, _digits(value), points, most)


def _of_total(items: tuple[ScoreItem, ...], risk: Callable[[int], str]) -> str | None:
    known = [item.points for item in items if item.points is not None]
    return risk(sum(known)) if len(known) == len(items) else None


def _digits(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
