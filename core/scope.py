"""What the models are not for: then a finding says so, and no probability is given."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.dicom.findings import Finding
from core.domain import BoolArray, QualityFinding, Volume
from core.imaging.blood_place import PlacedBlood, placed_blood
from core.imaging.skull import CoarseHead

OF_OUTLINE = (
    Finding.BLOOD_OUTSIDE_BRAIN.code,
    Finding.BLOOD_PARTLY_OUTSIDE_BRAIN.code,
    Finding.OUTLINED_AGAINST_CLASSIFIER.code,
)
"""Codes of what hangs on the outline, and is told anew when a reader changes it."""

IN_DOUBT = frozenset(
    finding.code
    for finding in (
        Finding.LITTLE_BRAIN,
        Finding.UNUSUAL_BRAIN_HU,
        Finding.HEAD_TURNED,
        Finding.NO_AIR,
        Finding.BLURRED,
        Finding.UNLIKE_TRAINING,
        Finding.LIMITED_COVERAGE,
        Finding.MISSING_SLICES,
        Finding.SLICES_LEFT_OUT,
        Finding.DAMAGED_END,
    )
)
"""Codes of what keeps a head from being looked at as it should."""

# Of a real head of another scanner 1.1, of simulated ones 0.9, of unseen patients 1.1 at most;
# densities 20 HU too high gave 1.6, blur of 4 mm 2.7 (though 0.9 where bone was not cut off at 100
# HU), inverted densities 3.0 (measured 2026-11-29 with the classifier of 0.2.1).
_UNLIKE_FROM, _UNLIKE_REFUSED_FROM = 1.4, 2.5
_MOSTLY = 0.5
_PARTLY_FROM = 0.1  # of the blood; less is an error of the outline that changes no volume


@dataclass(frozen=True, slots=True)
class Scope:
    """Findings, and why the models are not for this study; None where they are."""

    findings: tuple[QualityFinding, ...] = ()
    out_of_scope: str | None = None


def scope_of_blood(volume: Volume, mask: BoolArray, head: CoarseHead | None) -> Scope:
    """Whether the blood of a mask lies where the models were made for: in the brain's tissue.

    head: the volume's ``coarse_head``.
    """
    blood = placed_blood(volume, mask, head)
    places = _in_words(blood)
    if blood.outside_share > _MOSTLY:
        found = Finding.BLOOD_OUTSIDE_BRAIN.told(share=blood.outside_share, places=places)
        return Scope((found,), found.message)
    if blood.outside_share > _PARTLY_FROM:
        found = Finding.BLOOD_PARTLY_OUTSIDE_BRAIN.told(outside_ml=blood.outside_ml, places=places)
        return Scope((found,))
    return Scope()


def likeness_findings(unlikeness: float | None) -> tuple[QualityFinding, ...]:
    """What follows from ``Likeness.unlikeness``; None where the model has no likeness."""
    if unlikeness is None:
        return (Finding.LIKENESS_UNKNOWN.told(),)
    if unlikeness < _UNLIKE_FROM:
        return ()
    if unlikeness < _UNLIKE_REFUSED_FROM:
        return (Finding.UNLIKE_TRAINING.told(times=unlikeness),)
    refused = Finding.UNLIKE_TRAINING_REFUSED
    return (refused.told(times=unlikeness, most=_UNLIKE_REFUSED_FROM),)


def denied_findings(denied_ml: float) -> tuple[QualityFinding, ...]:
    """What follows from a volume that is outlined though the classifier sees no hematoma there."""
    told = Finding.OUTLINED_AGAINST_CLASSIFIER.told(denied_ml=denied_ml)
    return (told,) if denied_ml else ()


def no_hematoma(findings: Sequence[QualityFinding]) -> QualityFinding:
    """That none was found, and whether that means anything after the other findings."""
    doubts = dict.fromkeys(finding.code for finding in findings if finding.code in IN_DOUBT)
    if doubts:
        return Finding.NO_HEMATOMA_IN_DOUBT.told(codes=", ".join(doubts))
    return Finding.NO_HEMATOMA.told()


def _in_words(blood: PlacedBlood) -> str:
    by_place = (
        (blood.skull_ml, "along the skull (subdural, epidural or subarachnoid)"),
        (blood.ventricles_ml, "in the ventricles"),
        (blood.cisterns_ml, "spread out in cisterns or fissures (subarachnoid)"),
    )
    return " and ".join(words for amount_ml, words in by_place if amount_ml)
