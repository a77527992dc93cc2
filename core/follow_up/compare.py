"""Growth of a hematoma from the baseline to the follow-up CT: the outcome itself."""

from dataclasses import dataclass
from datetime import datetime

from core.cohort.expansion import CONVENTIONAL, Change, expanded
from core.domain import Assessment, PatientHeader, QualityFinding, Severity
from core.errors import TwoPatientsError, UsageError

DEFINITION = CONVENTIONAL
"""Of expansion, as in Lee 2024: by at least 6 mL or 33 %."""

WITHIN_H = 24.0
"""Between the CTs of that definition."""

_BIRTHDAY_YEARS = 1.0  # by which the age of one patient may differ between two CTs
_OUT_OF_SCOPE = "follow-up-out-of-scope"
_UNTIMED = "follow-up-untimed"
_SAME_TIME = "follow-up-same-time"
_LATE = "follow-up-late"
_TWO_PATIENTS = "follow-up-two-patients"


@dataclass(frozen=True, slots=True, eq=False)
class FollowUp:
    """Two assessments of one patient; ``findings`` are of the comparison, not of either study."""

    baseline: Assessment
    follow_up: Assessment
    findings: tuple[QualityFinding, ...]

    @property
    def growth_ml(self) -> float:
        """Volume on the follow-up less that on the baseline, mL."""
        return self.follow_up.volume_ml - self.baseline.volume_ml

    @property
    def growth_share(self) -> float | None:
        """Growth as a share of the baseline's volume; None at 0 mL, where it has no meaning."""
        return self.growth_ml / self.baseline.volume_ml if self.baseline.volume_ml else None

    @property
    def hours(self) -> float | None:
        """Time between the CTs, h; None where a header does not say when."""
        return _hours(*(_acquired_at(made) for made in (self.baseline, self.follow_up)))

    @property
    def expanded(self) -> bool | None:
        """Whether the hematoma expanded; None where the volumes decide neither way.

        So it is too where most of the blood of a CT does not lie in the tissue of the brain.
        """
        if self.baseline.out_of_scope or self.follow_up.out_of_scope:
            return None
        return expanded(Change(self.baseline.volume_ml, self.follow_up.volume_ml), DEFINITION)


def compare(baseline: Assessment, follow_up: Assessment, *, same_patient: bool = False) -> FollowUp:
    """What became of a hematoma.

    same_patient: the caller knows that both are of one patient, whatever their headers say.

    Raises
    ------
    TwoPatientsError
        By identifier, birth date or name in the headers they are of two.
    UsageError
        Both are the same CT, or the follow-up is the earlier one.
    """
    if baseline.input_sha256 == follow_up.input_sha256:
        raise UsageError(
            "Found the baseline CT itself, expected the follow-up CT.",
            "Open the CT that was made later.",
        )
    two = _header(baseline).identity.is_another(_header(follow_up).identity)
    if two and not same_patient:
        raise TwoPatientsError(
            "Found studies of two patients by identifier, birth date or name in their headers, "
            "expected two CTs of one.",
            "Open the later CT of the same patient. Where the headers differ for another reason "
            "(a transfer, say), confirm that they are of one (--same-patient).",
        )
    hours = _hours(_acquired_at(baseline), _acquired_at(follow_up))
    if hours is not None and hours < 0:
        raise UsageError(
            f"Found a CT from {-hours:.1f} h before the baseline, expected a later one.",
            "Exchange the two studies, or open the CT that was made later.",
        )
    return FollowUp(
        baseline,
        follow_up,
        (
            *_of_two_patients(_header(baseline), _header(follow_up), confirmed=two),
            *_of_scope(baseline, follow_up),
            *_of_time(hours),
        ),
    )


def _of_two_patients(
    one: PatientHeader, other: PatientHeader, *, confirmed: bool
) -> tuple[QualityFinding, ...]:
    said = ["identifier, birth date or name differ (confirmed as one patient)"] if confirmed else []
    if one.sex and other.sex and one.sex != other.sex:
        said.append(f"sex is {one.sex}, then {other.sex}")
    if one.age_years is not None and other.age_years is not None:
        older = other.age_years - one.age_years
        if not 0 <= older <= _BIRTHDAY_YEARS:
            said.append(f"age is {one.age_years:g}, then {other.age_years:g} years")
    if not said:
        return ()
    return (
        QualityFinding(
            _TWO_PATIENTS,
            Severity.WARNING,
            f"These may be two patients: by the headers {' and '.join(said)}.",
            "Check that both studies are of one patient.",
        ),
    )


def _of_scope(baseline: Assessment, follow_up: Assessment) -> tuple[QualityFinding, ...]:
    return tuple(
        QualityFinding(
            _OUT_OF_SCOPE,
            Severity.WARNING,
            f"{name}: {made.out_of_scope} Whether it expanded is not said.",
            "Correct the outline of that study.",
        )
        for name, made in (("Baseline", baseline), ("Follow-up", follow_up))
        if made.out_of_scope
    )


def _of_time(hours: float | None) -> tuple[QualityFinding, ...]:
    if hours is None:
        return (
            QualityFinding(
                _UNTIMED,
                Severity.WARNING,
                "The headers do not say when both CTs were made.",
                "Check that the follow-up is the later one, within 24 h of the baseline.",
            ),
        )
    if hours == 0:
        return (
            QualityFinding(
                _SAME_TIME,
                Severity.WARNING,
                "Both CTs were made at the same time: they may be two series of one examination.",
                "Check that the follow-up is the later one.",
            ),
        )
    if hours > WITHIN_H:
        return (
            QualityFinding(
                _LATE,
                Severity.WARNING,
                f"The CTs are {hours:.0f} h apart, more than the {WITHIN_H:.0f} h within which "
                "expansion is defined.",
                "Use the first CT of the following day, if there is one.",
            ),
        )
    return ()


def _header(made: Assessment) -> PatientHeader:
    return made.volume.series.patient


def _acquired_at(made: Assessment) -> datetime | None:
    return _header(made).acquired_at


def _hours(before: datetime | None, after: datetime | None) -> float | None:
    if before is None or after is None:
        return None
    return (after - before).total_seconds() / 3600
