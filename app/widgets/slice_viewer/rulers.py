"""Distances as the browser sends them and has them back."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from core.domain import PLANES, Distance
from core.errors import UsageError


def distances_of(message: Mapping[str, object]) -> tuple[Distance, ...]:
    """Every distance that is measured, in the order in which it was.

    message: ``rulers``, each with ``plane`` and its ends ``from`` and ``to`` (LPS, mm).

    Raises
    ------
    UsageError
        A ruler is no distance between two points.
    """
    rulers = message.get("rulers")
    return tuple(_distance(ruler) for ruler in (rulers if isinstance(rulers, list) else [rulers]))


def rulers_of(distances: Sequence[Distance]) -> list[dict[str, object]]:
    """The distances as the browser has them."""
    return [{"plane": d.plane, "from": d.from_mm, "to": d.to_mm} for d in distances]


def _distance(ruler: Any) -> Distance:
    try:
        x, y, z = (float(part) for part in ruler["from"])
        right, back, up = (float(part) for part in ruler["to"])
        found = Distance(ruler["plane"], (x, y, z), (right, back, up))
    except (KeyError, TypeError, ValueError) as error:
        raise _unfit() from error
    if found.plane not in PLANES or not math.isfinite(found.length_mm):
        raise _unfit()
    return found


def _unfit() -> UsageError:
    return UsageError(
        "Found a ruler without its plane or its two ends.", "Measure again, or reload the page."
    )
