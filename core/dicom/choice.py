"""Tells the reader that there was a choice: which series was taken, which were not, and why."""

from collections.abc import Sequence

from core.dicom.choose import LATER, SAME_SCAN, JudgedSeries, rank_series
from core.dicom.findings import Finding
from core.domain import QualityFinding, Series


def suitable_series(found: Sequence[Series]) -> tuple[JudgedSeries, ...]:
    """What can be chosen, each patient's best first; a UID stands for its best stack."""
    numbers = sorted({series.patient_number for series in found})
    ranked = [
        judged
        for number in numbers
        for judged in rank_series([s for s in found if s.patient_number == number])
        if judged.suitable
    ]
    best: dict[tuple[int, str], JudgedSeries] = {}
    for judged in ranked:
        best.setdefault((judged.series.patient_number, judged.series.uid), judged)
    return tuple(best.values())


def choice_findings(
    found: Sequence[Series], chosen: Series, *, named: bool
) -> tuple[QualityFinding, ...]:
    """What a reader must know of the choice; ``named``: the caller named the series."""
    own = [s for s in found if s.patient_number == chosen.patient_number]
    if named:
        return _not_baseline(own, chosen)
    suitable = suitable_series(own)
    others = [judged for judged in suitable if judged.series is not chosen]
    taken = [judged for judged in suitable if judged.series is chosen]
    if not others or not taken:
        return ()
    studies = {judged.series.study_uid for judged in suitable}
    of_one = len(studies) == 1 and not any(LATER in judged.reasons for judged in others)
    kind = Finding.SEVERAL_SERIES if of_one else Finding.SEVERAL_STUDIES
    return (
        kind.told(
            count=len(suitable),
            taken=", ".join(taken[0].reasons),
            others="; ".join(", ".join(judged.reasons) for judged in others),
        ),
    )


def _not_baseline(own: Sequence[Series], chosen: Series) -> tuple[QualityFinding, ...]:
    times = [judged.series.patient.acquired_at for judged in suitable_series(own)]
    baseline = min((time for time in times if time), default=None)
    acquired_at = chosen.patient.acquired_at
    if baseline is None or acquired_at is None or acquired_at <= baseline + SAME_SCAN:
        return ()
    later_h = (acquired_at - baseline).total_seconds() / 3600.0
    return (Finding.NOT_BASELINE.told(later_h=later_h),)
