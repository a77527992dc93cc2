"""Slices whose pixels are damaged: which may be left out, and when the study is refused."""

from pathlib import Path

import numpy as np

from core.dicom.findings import Finding
from core.dicom.stack import SAME_POSITION_MM
from core.domain import BoolArray, FloatArray, QualityFinding, Volume

# At the vertex or below the skull base; more of them is a part of the head.
MAX_LOST_AT_END = 2
# One standard slice: a hematoma that ends closer than that may reach into the next slice.
_NEARBY_MM = 5.0


def lost_slices_mm(intact_mm: FloatArray, damaged_mm: FloatArray, first: Path) -> FloatArray:
    """Offsets along the normal of damaged slices that no intact one stands in for, mm.

    first: file of the first damaged slice, which the refusal names.

    Raises
    ------
    StudyUnusableError
        One lies within the stack, or more than two beyond one of its ends.
    """
    if not len(intact_mm):
        _refuse(len(damaged_mm), first)
    apart = np.abs(damaged_mm[:, None] - intact_mm[None, :]).min(axis=1)  # (damaged,)
    lost: FloatArray = np.sort(damaged_mm[apart > SAME_POSITION_MM])
    below, above = lost < intact_mm.min(), lost > intact_mm.max()
    most_at_an_end = max(np.count_nonzero(below), np.count_nonzero(above))
    if most_at_an_end > MAX_LOST_AT_END or not (below | above).all():
        _refuse(len(lost), first)
    return lost


def damage_findings(lost_mm: FloatArray) -> tuple[QualityFinding, ...]:
    """That slices were left out, if there are any."""
    return (Finding.DAMAGED_END.told(count=len(lost_mm)),) if len(lost_mm) else ()


def refuse_hematoma_beside_damage(volume: Volume, mask: BoolArray) -> None:
    """Nothing, unless a hematoma may reach into a slice that was left out as damaged.

    It may if it is in the nearest slice that is left, or ends within 5 mm.

    Raises
    ------
    StudyUnusableError
        It may.
    """
    with_hematoma = volume.geometry.offsets_mm[mask.any(axis=(1, 2))]
    for lost in volume.lost_mm:
        nearest = max(_NEARBY_MM, float(np.abs(volume.geometry.offsets_mm - lost).min()))
        if (np.abs(with_hematoma - lost) <= nearest + SAME_POSITION_MM).any():
            raise Finding.HEMATOMA_BESIDE_DAMAGE.refusal()


def _refuse(count: int, first: Path) -> None:
    raise Finding.NOT_DECODED.refusal(count=count, name=first.name, most=MAX_LOST_AT_END)
