"""A brain with further hematomas and with look-alikes, drawn by seed from real ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, Volume
from core.simulate.brain_map import BrainMap, disk
from core.simulate.donor import Donor
from core.simulate.insert import Placed, Pose, Room, fit, paint
from core.simulate.lookalikes import LOOKALIKES, Lookalike, levels, paint_lookalike
from core.simulate.sites import SITES, Site, candidates, ventricles

_FAINT_SHARE = 0.3
_FAINT_HU = (45.0, 55.0)
_TISSUE_HU = 31.0  # of brain, the mean of PHE-SICH's
_GAIN_AT_MOST = 1.15
_VOLUMES_ML: dict[Site, tuple[float, float]] = {
    "lobar": (0.5, 40.0),
    "thalamic": (0.5, 12.0),
    "cerebellar": (0.5, 15.0),
    "brainstem": (0.5, 4.0),
    "intraventricular": (0.5, 10.0),
}
_CLEAR_MM = 8.0  # between two hematomas: the edema of one is not the other's surround
_SCALE = (0.3, 1.7)  # beyond these a donor's texture is no longer a hematoma's
_TRIES = 12
_LOST_AT_MOST = 0.4
_LOST_AT_MOST_IN_VENTRICLE = 0.85  # blood takes the ventricle's shape, not its donor's
_CALCIFIED_BESIDE_MM = 2.0
_LOOKALIKE_SLICES = 3  # at most


@dataclass(frozen=True, slots=True)
class Plan:
    """How many hematomas and look-alikes a brain gets, from which sites."""

    hematomas: int
    lookalikes: int
    sites: tuple[Site, ...] = SITES


@dataclass(frozen=True, slots=True, eq=False)
class Inserted:
    """One hematoma put into a brain: ``mask`` is bool (slices, rows, columns)."""

    site: Site
    mask: BoolArray
    mean_hu: float


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """One look-alike: ``region`` is bool (slices, rows, columns), where densities changed."""

    kind: Lookalike
    region: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Widened:
    """A brain with what was added to it.

    ``hu`` is int16 and ``mask`` all hematoma, real and inserted, (slices, rows, columns);
    ``traces`` is bool (slices,): slices whose hematoma is too thin for a mask.
    """

    hu: NDArray[np.int16]
    mask: BoolArray
    traces: BoolArray
    hematomas: tuple[Inserted, ...]
    lookalikes: tuple[Painted, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Host:
    """A real brain: its volume, map, hematoma, and slices that may not be touched (slices,)."""

    volume: Volume
    brain: BrainMap
    mask: BoolArray
    untouchable: BoolArray


def widened(host: Host, donors: Sequence[Donor], plan: Plan, seed: tuple[int, ...]) -> Widened:
    """The brain with hematomas of donors and with look-alikes; fewer where there is no room."""
    random = np.random.default_rng(seed)
    result = Widened(host.volume.hu, host.mask, np.zeros(len(host.mask), bool), (), ())
    for _ in range(plan.hematomas):
        site = plan.sites[int(random.integers(len(plan.sites)))]
        result = _with_hematoma(result, host, donors, site, random)
    for _ in range(plan.lookalikes):
        kind = LOOKALIKES[int(random.integers(len(LOOKALIKES)))]
        result = _with_lookalike(result, host, kind, random)
    return result


def _with_hematoma(
    so_far: Widened, host: Host, donors: Sequence[Donor], site: Site, random: np.random.Generator
) -> Widened:
    places = np.stack(
        [candidates(site, k, hu, host.brain) for k, hu in enumerate(host.volume.hu)]
    ) & (_clear(so_far.mask, host.brain.pixel_mm) & ~host.untouchable[:, None, None])
    pool = np.argwhere(places)
    if not len(pool):
        return so_far
    room = _room(site, so_far, host)
    for _ in range(_TRIES):
        k, row, column = pool[random.integers(len(pool))]
        donor = donors[int(random.integers(len(donors)))]
        low_ml, high_ml = _VOLUMES_ML[site]
        volume_ml = float(np.exp(random.uniform(np.log(low_ml), np.log(high_ml))))
        scale = (volume_ml / donor.volume_ml) ** (1 / 3)
        pose = Pose(
            (k + random.uniform(-0.5, 0.5), float(row), float(column)),
            turn_deg=random.uniform(-180, 180),
            mirrored=bool(random.random() < 0.5),
            scale=scale,
            gain=_gain(donor, random),
        )
        if not _SCALE[0] <= scale <= _SCALE[1]:
            continue
        placed = fit(donor, pose, volume_ml, host.brain, room)
        if placed is not None and not host.untouchable[placed.slices].any():
            return _painted(so_far, placed, pose, site, host.brain.pixel_mm)
    return so_far


def _gain(donor: Donor, random: np.random.Generator) -> float:
    if random.random() < _FAINT_SHARE:
        wanted_hu = random.uniform(*_FAINT_HU) - _TISSUE_HU
        return float(min(1.0, wanted_hu / donor.mean_contrast_hu))
    return float(random.uniform(0.85, _GAIN_AT_MOST))


def _clear(mask: BoolArray, pixel_mm: float) -> BoolArray:
    """Pixels that are far from all hematoma of their own and the neighboring slices."""
    with_neighbors = mask.copy()
    with_neighbors[1:] |= mask[:-1]
    with_neighbors[:-1] |= mask[1:]
    around = disk(_CLEAR_MM / pixel_mm)
    return np.stack(
        [cv2.dilate(m.astype(np.uint8), around) == 0 if m.any() else ~m for m in with_neighbors]
    )


def _room(site: Site, so_far: Widened, host: Host) -> Room:
    if site == "intraventricular":
        fluid = [
            cv2.GaussianBlur(
                ventricles(k, hu, host.brain).astype(np.float32), (0, 0), 0.5 / host.brain.pixel_mm
            )
            for k, hu in enumerate(host.volume.hu)
        ]
        return Room(np.stack(fluid).astype(np.float32) * ~so_far.mask, _LOST_AT_MOST_IN_VENTRICLE)
    clear = _clear(so_far.mask, host.brain.pixel_mm)
    return Room((host.brain.brain & clear).astype(np.float32), _LOST_AT_MOST)


def _painted(so_far: Widened, placed: Placed, pose: Pose, site: Site, pixel_mm: float) -> Widened:
    hu, mask, traces = so_far.hu.copy(), so_far.mask.copy(), so_far.traces.copy()
    hu[placed.slices] = paint(so_far.hu, placed, pose, pixel_mm)
    mask[placed.slices] |= placed.mask
    traces[placed.slices] |= placed.traces
    own = np.zeros_like(mask)
    own[placed.slices] = placed.mask
    hematoma = Inserted(site, own, float(hu[own].mean()))
    return Widened(hu, mask, traces, (*so_far.hematomas, hematoma), so_far.lookalikes)


def _with_lookalike(
    so_far: Widened, host: Host, kind: Lookalike, random: np.random.Generator
) -> Widened:
    wanted, seed = int(random.integers(1, _LOOKALIKE_SLICES + 1)), int(random.integers(2**31))
    at = levels(kind, host.brain)
    if kind == "motion":  # would smear the edge of a hematoma, which the mask does not follow
        at = at[~so_far.mask[at].any(axis=(1, 2)) & ~so_far.traces[at]]
    if not len(at):
        return so_far
    first = int(random.integers(len(at)))
    hu, region = so_far.hu.copy(), np.zeros_like(so_far.mask)
    side = 2 * round(_CALCIFIED_BESIDE_MM / host.brain.pixel_mm) + 1
    for k in at[first : first + wanted]:
        painted = paint_lookalike(kind, int(k), hu[k], host.brain, (seed,))
        near = cv2.dilate(so_far.mask[k].astype(np.uint8), np.ones((side, side), np.uint8)) > 0
        region[k] = (painted != hu[k]) & ~near
        hu[k][region[k]] = painted[region[k]]
    if not region.any():
        return so_far
    lookalikes = (*so_far.lookalikes, Painted(kind, region))
    return Widened(hu, so_far.mask, so_far.traces, so_far.hematomas, lookalikes)
