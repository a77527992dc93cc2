"""Whether a hematoma expanded from the baseline to the follow-up CT.

The conventional thresholds, as in Lee 2024, and the revised definitions of Yogendrakumar (PREDICT),
which count blood in the ventricles as well.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace

GROWTH_ML = 6.0
GROWTH_SHARE = 0.33
IVH_GROWTH_ML = 1.0

# 26.3 mL to 32.3 mL is 5.9999999999999964 mL in binary; a picoliter is beyond any measurement.
_DECIMALS = 9

Reached = Callable[[float, float], bool]


@dataclass(frozen=True, slots=True)
class Change:
    """Hematoma and blood in the ventricles on both CTs; None is unknown.

    ``volume_ml`` is the hematoma of the baseline CT.
    """

    volume_ml: float | None = None
    follow_up_volume_ml: float | None = None
    ivh: bool | None = None
    ivh_follow_up: bool | None = None
    ivh_volume_ml: float | None = None
    ivh_follow_up_volume_ml: float | None = None


Criterion = Callable[[Change, Reached], bool | None]


@dataclass(frozen=True, slots=True)
class ExpansionDefinition:
    """Criteria of expansion, one of which is enough; ``reached`` compares growth and threshold."""

    name: str
    words: str
    criteria: tuple[Criterion, ...]
    reached: Reached = operator.ge


def expanded(change: Change, definition: ExpansionDefinition) -> bool | None:
    """Whether the hematoma expanded; None where what is known decides neither way.

    >>> expanded(Change(volume_ml=10.0, follow_up_volume_ml=16.0), CONVENTIONAL)
    True
    """
    met = [criterion(change, definition.reached) for criterion in definition.criteria]
    if any(met):
        return True
    return None if None in met else False


def grew_by_volume(change: Change, reached: Reached) -> bool | None:
    """Whether growth reaches 6 mL."""
    growth_ml = _growth_ml(change.volume_ml, change.follow_up_volume_ml)
    return None if growth_ml is None else reached(growth_ml, GROWTH_ML)


def grew_by_share(change: Change, reached: Reached) -> bool | None:
    """Whether growth reaches 33 % of the baseline volume; None at 0 mL, where it has no meaning."""
    growth_ml = _growth_ml(change.volume_ml, change.follow_up_volume_ml)
    if growth_ml is None or not change.volume_ml:
        return None
    return reached(round(growth_ml / change.volume_ml, _DECIMALS), GROWTH_SHARE)


def new_ivh(change: Change, reached: Reached) -> bool | None:
    """Whether blood is new in the ventricles; it has no threshold to reach."""
    if change.ivh is True or change.ivh_follow_up is False:
        return False
    return None if None in (change.ivh, change.ivh_follow_up) else True


def ivh_grew(change: Change, reached: Reached) -> bool | None:
    """Whether the blood in the ventricles grew by 1 mL."""
    growth_ml = _growth_ml(change.ivh_volume_ml, change.ivh_follow_up_volume_ml)
    return None if growth_ml is None else reached(growth_ml, IVH_GROWTH_ML)


def _growth_ml(baseline_ml: float | None, follow_up_ml: float | None) -> float | None:
    if baseline_ml is None or follow_up_ml is None:
        return None
    return round(follow_up_ml - baseline_ml, _DECIMALS)


_GROWTH = (grew_by_volume, grew_by_share)

CONVENTIONAL = ExpansionDefinition("conventional", ">= 6 mL or >= 33 %", _GROWTH)
RHE1 = ExpansionDefinition(
    "rhe1", ">= 6 mL, >= 33 % or new intraventricular blood", (*_GROWTH, new_ivh)
)
RHE2 = ExpansionDefinition(
    "rhe2", ">= 6 mL, >= 33 % or >= 1 mL of intraventricular growth", (*_GROWTH, ivh_grew)
)


def strict(definition: ExpansionDefinition) -> ExpansionDefinition:
    """The definition with thresholds that must be exceeded (">"), as some papers have it."""
    return replace(
        definition,
        name=f"{definition.name}-strict",
        words=definition.words.replace(">=", ">"),
        reached=operator.gt,
    )


DEFINITIONS = {
    definition.name: definition
    for loose in (CONVENTIONAL, RHE1, RHE2)
    for definition in (loose, strict(loose))
}
