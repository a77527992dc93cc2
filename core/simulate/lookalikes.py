"""What looks like a hematoma in a head CT and is none, painted into a real one.

Calcified choroid plexus, pineal and pallidum, a dense falx or tentorium, beam hardening under the
skull base, motion.  Each changes densities in the slices that it is given and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray
from core.simulate.brain_map import FOSSA_BELOW_MM, BrainMap

Lookalike = Literal[
    "choroid plexus", "pineal", "pallidum", "falx", "tentorium", "beam hardening", "motion"
]
LOOKALIKES: tuple[Lookalike, ...] = get_args(Lookalike)

_EDGE_SIGMA_MM = 0.6  # of a scanner's resolution
_BELOW_MM: dict[Lookalike, tuple[float, float]] = {
    "choroid plexus": (50, 70),
    "pineal": (58, 75),
    "pallidum": (55, 70),
    "falx": (8, 60),
    "tentorium": (68, 92),
    "beam hardening": (FOSSA_BELOW_MM - 5, 116),
    "motion": (10, 116),
}

Slice = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """One slice to paint on: density in HU, mm left of the midline, share front to back, depth."""

    hu: Slice
    brain: BoolArray
    left_mm: Slice
    back: Slice
    depth_mm: Slice
    pixel_mm: float


def levels(kind: Lookalike, brain: BrainMap) -> NDArray[np.intp]:
    """Slices where a look-alike of this kind is found."""
    low_mm, high_mm = _BELOW_MM[kind]
    at = (brain.below_mm >= low_mm) & (brain.below_mm <= high_mm)
    return np.flatnonzero(at & brain.brain.any(axis=(1, 2)))


def paint_lookalike(
    kind: Lookalike, k: int, hu: NDArray[np.int16], brain: BrainMap, seed: tuple[int, ...]
) -> NDArray[np.int16]:
    """Density of slice k (``hu``) with a look-alike, int16; the same seed gives its next slice.

    Only the brain changes: never bone, never what lies outside the skull.
    """
    left_mm, back = brain.place(k)
    spot = Spot(
        hu.astype(np.float32), brain.brain[k], left_mm, back, brain.depth_mm(k), brain.pixel_mm
    )
    painted = _PAINTERS[kind](spot, np.random.default_rng(seed))
    changed = spot.brain & (painted != spot.hu)
    result = hu.copy()
    result[changed] = painted[changed].round().clip(hu.min(), 100)
    return result


def _choroid_plexus(spot: Spot, random: np.random.Generator) -> Slice:
    hu = spot.hu
    off_mm, back = random.uniform(17, 26), random.uniform(0.62, 0.72)
    for side in (-1, 1):
        if random.random() < 0.85:
            center = side * off_mm + random.normal(0, 1), back + random.normal(0, 0.01)
            hu = _speckled(spot, hu, center, random.uniform(2, 4.5), random)
    return hu


def _pineal(spot: Spot, random: np.random.Generator) -> Slice:
    center = random.normal(0, 1), random.uniform(0.55, 0.63)
    return _speckled(spot, spot.hu, center, random.uniform(2, 5), random)


def _pallidum(spot: Spot, random: np.random.Generator) -> Slice:
    hu = spot.hu
    off_mm, back, radius_mm = (
        random.uniform(13, 20),
        random.uniform(0.4, 0.48),
        random.uniform(1.5, 4),
    )
    for side in (-1, 1):
        center = side * off_mm + random.normal(0, 0.7), back
        hu = _speckled(spot, hu, center, radius_mm, random)
    return hu


def _speckled(
    spot: Spot,
    hu: Slice,
    center: tuple[float, float],
    radius_mm: float,
    random: np.random.Generator,
) -> Slice:
    """Calcification: an uneven blob, denser and finer-grained than clotted blood."""
    length_mm = _brain_length_mm(spot)
    off_mm = np.hypot(
        (spot.left_mm - center[0]) / random.uniform(0.6, 1.0),
        (spot.back - center[1]) * length_mm / random.uniform(0.8, 1.4),
    )
    grain = _noise(spot, random.uniform(0.8, 2.0), random)
    amount = (1.2 - off_mm / np.float32(radius_mm) + 0.6 * grain).clip(0, 1)
    dense = _softened((amount > 0.35).astype(np.float32), spot)
    return np.asarray(hu + dense * random.uniform(35, 160) * (0.5 + amount), np.float32)


def _falx(spot: Spot, random: np.random.Generator) -> Slice:
    front = random.random() < 0.5
    reach = (
        spot.back < random.uniform(0.15, 0.35) if front else spot.back > random.uniform(0.6, 0.8)
    )
    if random.random() < 0.4:
        reach = np.ones_like(spot.brain)
    center_mm = random.normal(0, 1) + random.normal(0, 3) * (spot.back - np.float32(0.5))
    return _sheet(spot, np.abs(spot.left_mm - center_mm), reach, random)


def _tentorium(spot: Spot, random: np.random.Generator) -> Slice:
    apex, end = random.uniform(0.70, 0.88), random.uniform(0.45, 0.58)
    width_mm = random.uniform(18, 45)
    sides = _sides(random)
    length_mm = _brain_length_mm(spot)
    off_mm = np.full(spot.hu.shape, np.inf, np.float32)
    for side in sides:
        slope = (apex - end) * length_mm / width_mm
        line_mm = (apex - spot.back) * length_mm - slope * side * spot.left_mm
        near = np.abs(line_mm) / np.float32(np.hypot(1, slope))
        within = (side * spot.left_mm > 0) & (side * spot.left_mm < width_mm)
        off_mm = np.where(within, np.minimum(off_mm, near), off_mm)
    return _sheet(spot, off_mm, np.ones_like(spot.brain), random)


def _sides(random: np.random.Generator) -> tuple[int, ...]:
    both: tuple[tuple[int, ...], ...] = ((-1,), (1,), (-1, 1), (-1, 1))
    return both[int(random.integers(len(both)))]


def _sheet(spot: Spot, off_mm: Slice, reach: BoolArray, random: np.random.Generator) -> Slice:
    """A thin dense membrane, or a sinus along it, where ``off_mm`` is small."""
    half_mm = random.uniform(0.6, 2.2) * (1 + 0.3 * _noise(spot, 6.0, random))
    inside = _softened(((off_mm < half_mm) & reach).astype(np.float32), spot)
    calcified = random.random() < 0.15
    dense_hu = random.uniform(80, 160) if calcified else random.uniform(45, 72)
    return np.asarray(spot.hu + inside * np.maximum(dense_hu - spot.hu, 0), np.float32)


def _beam_hardening(spot: Spot, random: np.random.Generator) -> Slice:
    """Bands between the petrous bones, and a bright rim under the skull on one side."""
    turn = random.normal(0, 0.15)
    along_mm = spot.back * _brain_length_mm(spot) + np.float32(turn) * spot.left_mm
    hu = spot.hu
    for _ in range(int(random.integers(1, 4))):
        middle_mm = _brain_length_mm(spot) * random.uniform(0.05, 0.7)
        width_mm, height_hu = random.uniform(2, 7), random.choice([-1, 1]) * random.uniform(8, 28)
        hu = hu + height_hu * np.exp(-0.5 * ((along_mm - middle_mm) / width_mm) ** 2)
    angle = np.arctan2(spot.left_mm, spot.back - np.float32(0.5))
    facing = (np.cos(angle - random.uniform(-np.pi, np.pi)) * 1.5).clip(0, 1)
    rim = np.exp(-spot.depth_mm / np.float32(random.uniform(3, 8)))
    return np.asarray(hu + random.uniform(8, 30) * facing * rim, np.float32)


def _motion(spot: Spot, random: np.random.Generator) -> Slice:
    """The head in two places during one turn of the tube: doubled edges, and streaks."""
    rows, columns = spot.hu.shape
    turn = np.asarray(
        cv2.getRotationMatrix2D((columns / 2, rows / 2), random.normal(0, 2), 1), np.float64
    )
    turn[:, 2] += random.normal(0, 3, 2) / spot.pixel_mm
    moved = cv2.warpAffine(spot.hu, turn, (columns, rows), borderValue=float(spot.hu.min()))
    share = random.uniform(0.25, 0.5)
    direction = random.uniform(0, np.pi)
    along_mm = spot.back * _brain_length_mm(spot)
    across = np.cos(direction) * spot.left_mm + np.sin(direction) * along_mm
    profile = _noise_along(random.uniform(3, 12), random)
    wave = profile[(across.astype(int) - int(across.min())) % len(profile)]
    near_skull = np.exp(-spot.depth_mm / 25)
    mixed = (1 - share) * spot.hu + share * moved
    return np.asarray(mixed + random.uniform(2, 10) * wave * near_skull, np.float32)


def _noise_along(sigma_mm: float, random: np.random.Generator) -> Slice:
    """Smooth noise of unit variance along a line, one value a mm."""
    white = random.standard_normal((1, 512), dtype=np.float32)
    smooth = cv2.GaussianBlur(white, (0, 0), sigma_mm)[0]
    return np.asarray(smooth / smooth.std(), np.float32)


def _brain_length_mm(spot: Spot) -> np.float32:
    """Length of the brain in the slice, front to back, mm."""
    step = np.hypot(*np.gradient(spot.back[:2, :2]))[0, 0]  # the share is linear in place
    return np.float32(spot.pixel_mm / step)


def _noise(spot: Spot, sigma_mm: float, random: np.random.Generator) -> Slice:
    """Smooth noise of unit variance."""
    white = random.standard_normal(spot.hu.shape, dtype=np.float32)
    smooth = cv2.GaussianBlur(white, (0, 0), sigma_mm / spot.pixel_mm)
    return np.asarray(smooth / smooth.std(), np.float32)


def _softened(shape: Slice, spot: Spot) -> Slice:
    return np.asarray(cv2.GaussianBlur(shape, (0, 0), _EDGE_SIGMA_MM / spot.pixel_mm), np.float32)


_PAINTERS: dict[Lookalike, Callable[[Spot, np.random.Generator], Slice]] = {
    "choroid plexus": _choroid_plexus,
    "pineal": _pineal,
    "pallidum": _pallidum,
    "falx": _falx,
    "tentorium": _tentorium,
    "beam hardening": _beam_hardening,
    "motion": _motion,
}
