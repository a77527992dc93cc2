"""Whether an engine answers as the reference does, PyTorch in float32: the gate of its release.

A precision that misses it on the validation patients is not offered, whatever its speed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain import Assessment
from core.report.digits import percent

LARGEST_P_SLICE = 0.01
SMALLEST_DICE = 0.995
LARGEST_VOLUME = 0.02
LARGEST_DL_SCORE = 0.01
SMALLEST_SHOWN = 0.95
LARGEST_P = 0.01


@dataclass(frozen=True, slots=True)
class Parity:
    """Largest differences of an engine's answers from the reference's, over one study or many.

    ``p_slice`` and ``dl_score`` are of a slice, ``volume`` is relative, ``p`` is of a probability
    of expansion; ``dice`` is the smallest of a study's masks.  Of ``given`` probabilities as many
    as ``shown`` say are shown with the same digits.
    """

    p_slice: float
    dice: float
    volume: float
    dl_score: float
    p: float
    shown: int
    given: int

    @property
    def passes(self) -> bool:
        """Whether a reader could not tell the engine from the reference."""
        return (
            self.p_slice <= LARGEST_P_SLICE
            and self.dice >= SMALLEST_DICE
            and self.volume <= LARGEST_VOLUME
            and self.dl_score <= LARGEST_DL_SCORE
            and self.shown >= SMALLEST_SHOWN * self.given
            and self.p <= LARGEST_P
        )


def parity(found: Assessment, reference: Assessment) -> Parity:
    """Differences of two assessments of the same study by the same model."""
    slices = list(zip(found.slices, reference.slices, strict=True))
    mine, its = found.segmentation.mask, reference.segmentation.mask
    risks = [
        (a.p, b.p)
        for a, b in zip(found.risk.all_estimates, reference.risk.all_estimates, strict=True)
        if a.p is not None and b.p is not None
    ]
    scores = [
        abs(a.dl_score - b.dl_score)
        for a, b in slices
        if a.dl_score is not None and b.dl_score is not None
    ]
    volume_ml = reference.volume_ml
    either = mine.sum() + its.sum()
    return Parity(
        p_slice=max(abs(a.p_hematoma - b.p_hematoma) for a, b in slices),
        dice=float(2 * np.logical_and(mine, its).sum() / either) if either else 1.0,
        volume=abs(found.volume_ml - volume_ml) / volume_ml if volume_ml else float(mine.any()),
        dl_score=max(scores, default=0.0),
        p=max((abs(a - b) for a, b in risks), default=0.0),
        shown=sum(percent(a) == percent(b) for a, b in risks),
        given=len(risks),
    )


def worst(found: Sequence[Parity]) -> Parity:
    """Parity over several studies."""
    return Parity(
        p_slice=max(one.p_slice for one in found),
        dice=min(one.dice for one in found),
        volume=max(one.volume for one in found),
        dl_score=max(one.dl_score for one in found),
        p=max(one.p for one in found),
        shown=sum(one.shown for one in found),
        given=sum(one.given for one in found),
    )
