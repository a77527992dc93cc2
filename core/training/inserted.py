"""What the whole chain says of hematomas put into other brains, and of look-alikes that are none.

Hosts and donors are patients that the judged networks have not seen, so that site, size and density
can be told apart where the cohort's own bleeds are all of one site.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import ndimage

from core.domain import BoolArray
from core.errors import UsageError
from core.imaging.measures import volume_ml
from core.models.folder import Model
from core.pipeline import STAGES, find_hematoma
from core.progress import Progress, Stages, silent
from core.simulate.lookalikes import Lookalike
from core.simulate.sites import Site
from core.simulate.widen import Widened
from core.stats.proportion import wilson_interval
from core.training.data import Cohort, LabelledStudy
from core.training.widening import Widening, widened_studies

SEED = 1
"""Of the hematomas that judge; training inserts its own by the seed of its run, 0 by default."""

_FOUND_SHARE = 0.1  # of a hematoma's volume that must be outlined for it to count as found
_FALSE_FROM_ML = 0.1  # smaller specks no reader takes for a hematoma
_SIZES_ML: tuple[tuple[str, float, float], ...] = (
    ("below 1 mL", 0.0, 1.0),
    ("1 to 5 mL", 1.0, 5.0),
    ("5 mL or more", 5.0, np.inf),
)
_FAINT_BELOW_HU = 55.0
_MEASURED_FROM_ML = 1.0


@dataclass(frozen=True, slots=True)
class LesionReading:
    """One inserted hematoma: where, how large and dense, and what was outlined of it.

    ``outlined_share`` is of its volume; ``unseen`` says that training had no hematoma of its site.
    """

    site: Site
    volume_ml: float
    mean_hu: float
    outlined_share: float
    dice: float
    unseen: bool = False

    @property
    def found(self) -> bool:
        """Whether the reader is pointed to it."""
        return self.outlined_share >= _FOUND_SHARE


@dataclass(frozen=True, slots=True)
class LookalikeReading:
    """One look-alike, and the volume of false hematoma on it."""

    kind: Lookalike
    false_ml: float

    @property
    def mistaken(self) -> bool:
        """Whether it was taken for a hematoma."""
        return self.false_ml >= _FALSE_FROM_ML


@dataclass(frozen=True, slots=True)
class InsertedReading:
    """All that was put into one brain."""

    patient: str
    hematomas: tuple[LesionReading, ...]
    lookalikes: tuple[LookalikeReading, ...]


def read_inserted(
    cohort: Cohort,
    patients: Sequence[str],
    model: Model,
    *,
    copies: int = 1,
    progress: Progress = silent,
) -> tuple[InsertedReading, ...]:
    """Readings of brains of patients with hematomas of the other patients put into them.

    Raises
    ------
    UsageError
        No patient has a hematoma that can be cut out, or no brain can be mapped.
    """
    readings = tuple(
        _read(study, widened, model)
        for study, widened in widened_studies(
            cohort, patients, Widening(copies, seed=SEED), progress
        )
    )
    if not readings:
        raise UsageError(
            f"None of {len(patients)} patients can hold or give a hematoma to insert.",
            "Name patients with whole heads, and at least two with usable masks.",
        )
    return readings


def unseen(readings: Iterable[InsertedReading], sites: Iterable[Site]) -> list[InsertedReading]:
    """The readings, with the hematomas of some sites marked as unseen in training."""
    unknown = set(sites)
    return [
        replace(
            reading,
            hematomas=tuple(replace(h, unseen=h.site in unknown) for h in reading.hematomas),
        )
        for reading in readings
    ]


def inserted_summary(readings: Sequence[InsertedReading]) -> dict[str, Any]:
    """Sensitivity a lesion and Dice by site, size and density; look-alikes taken for hematoma."""
    hematomas = [h for reading in readings for h in reading.hematomas]
    lookalikes = [a for reading in readings for a in reading.lookalikes]
    groups: dict[str, Callable[[LesionReading], str]] = {
        "site": lambda h: h.site,
        "size": _size,
        "density": lambda h: "below 55 HU" if h.mean_hu < _FAINT_BELOW_HU else "55 HU or more",
    }
    return {
        "brains": len(readings),
        "all": _found(hematomas),
        "unseen_sites": _found([h for h in hematomas if h.unseen]),
        **{
            name: {value: _found(part) for value, part in _grouped(hematomas, group).items()}
            for name, group in groups.items()
        },
        "lookalikes": {
            "all": _mistaken(lookalikes),
            **{
                kind: _mistaken([a for a in lookalikes if a.kind == kind])
                for kind in sorted({a.kind for a in lookalikes})
            },
        },
    }


def _read(study: LabelledStudy, widened: Widened, model: Model) -> InsertedReading:
    volume = replace(study.volume, hu=widened.hu)
    predicted = find_hematoma(volume, model, Stages(silent, STAGES)).segmentation.mask
    parts, _ = ndimage.label(predicted, structure=np.ones((3, 3, 3)))
    geometry = volume.geometry
    hematomas = []
    for lesion in widened.hematomas:
        others = widened.mask & ~lesion.mask
        outlined = _touching(parts, lesion.mask) & ~others
        overlap_ml, own_ml, found_ml = (
            volume_ml(mask, geometry) for mask in (outlined & lesion.mask, lesion.mask, outlined)
        )
        hematomas.append(
            LesionReading(
                lesion.site,
                own_ml,
                lesion.mean_hu,
                overlap_ml / own_ml,
                2 * overlap_ml / (own_ml + found_ml),
            )
        )
    false = predicted & ~_touching(parts, widened.mask)
    lookalikes = tuple(
        LookalikeReading(
            painted.kind, volume_ml(_touching(np.where(false, parts, 0), painted.region), geometry)
        )
        for painted in widened.lookalikes
    )
    return InsertedReading(study.patient, tuple(hematomas), lookalikes)


def _touching(parts: np.ndarray, region: BoolArray) -> BoolArray:
    """Whole numbered parts that share a voxel with a region; part 0 is background."""
    touched = np.unique(parts[region])
    return np.asarray(np.isin(parts, touched[touched > 0]))


def _size(hematoma: LesionReading) -> str:
    return next(name for name, low, high in _SIZES_ML if low <= hematoma.volume_ml < high)


def _grouped(
    hematomas: Sequence[LesionReading], group: Callable[[LesionReading], str]
) -> dict[str, list[LesionReading]]:
    names = sorted({group(h) for h in hematomas})
    return {name: [h for h in hematomas if group(h) == name] for name in names}


def _found(hematomas: Sequence[LesionReading]) -> dict[str, Any] | None:
    """Sensitivity over all, and over those of 1 mL or more with the mean Dice of these."""
    if not hematomas:
        return None
    measured = [h for h in hematomas if h.volume_ml >= _MEASURED_FROM_ML]
    return {
        **_share("sensitivity", sum(h.found for h in hematomas), len(hematomas)),
        "from_1_ml": {
            **_share("sensitivity", sum(h.found for h in measured), len(measured)),
            "dice": float(np.mean([h.dice for h in measured])),
        }
        if measured
        else None,
    }


def _mistaken(lookalikes: Sequence[LookalikeReading]) -> dict[str, Any] | None:
    if not lookalikes:
        return None
    return _share("false_hematoma", sum(a.mistaken for a in lookalikes), len(lookalikes))


def _share(name: str, count: int, n: int) -> dict[str, Any]:
    return {name: count / n, f"{name}_ci95": wilson_interval(count, n), "n": n}
