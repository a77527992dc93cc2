"""A donor's hematoma in another brain: its texture and edge on the density of its new surround."""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, FloatArray
from core.simulate.brain_map import BrainMap
from core.simulate.donor import TISSUE_HU, Donor

_SURROUND_SIGMA_MM = 8.0
_TEXTURE_SIGMA_MM = 2.0
_TEXTURE_AT_MOST_HU = 8.0
_SKULL_MM = 1.0  # of brain that stays between a hematoma and the skull
_TRACE = 0.1  # of a hematoma's weight: seen by the eye, though the mask stays empty
_HALF = 0.5
_VOLUME_WITHIN = 0.15
_TRIES = 6


@dataclass(frozen=True, slots=True)
class Pose:
    """How a donor's hematoma lies in its new brain.

    ``center`` is slice, row and column, not whole numbers; ``scale`` is the new size over the old;
    ``gain`` multiplies the contrast (below 1 makes it faint).
    """

    center: tuple[float, float, float]
    turn_deg: float
    mirrored: bool
    scale: float
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """Where a hematoma may be, float32 in [0, 1] (slices, rows, columns).

    ``lost_at_most`` is the share of its volume that may be cut off at the room's walls.
    """

    allowed: NDArray[np.float32]
    lost_at_most: float


@dataclass(frozen=True, eq=False)
class Placed:
    """A hematoma on the grid of its new brain, before it is painted.

    Arrays are float32 (slices of ``slices``, rows, columns); ``hu`` is what a full weight paints.
    """

    slices: NDArray[np.intp]
    contrast_hu: NDArray[np.float32]
    weight: NDArray[np.float32]
    share: NDArray[np.float32]

    @cached_property
    def mask(self) -> BoolArray:
        """More hematoma than brain, bool (slices of ``slices``, rows, columns)."""
        return np.asarray(self.share >= _HALF)

    @property
    def traces(self) -> BoolArray:
        """Slices that show some hematoma without a mask, bool (slices of ``slices``,)."""
        return np.asarray(~self.mask.any(axis=(1, 2)) & (self.weight.max(axis=(1, 2)) > _TRACE))


def fit(donor: Donor, pose: Pose, volume_ml: float, brain: BrainMap, room: Room) -> Placed | None:
    """The donor's hematoma with the volume asked for, in its room; None where it cannot be.

    ``pose.scale`` is where the search for the volume begins.
    """
    scale = pose.scale
    thickness_mm = np.abs(np.gradient(brain.below_mm))
    for _ in range(_TRIES):
        whole = _posed(donor, replace(pose, scale=scale), brain)
        if whole is None:
            return None
        placed = _inside(whole, brain, room)
        found_ml, whole_ml = (_volume_ml(p, brain, thickness_mm) for p in (placed, whole))
        if found_ml < (1 - room.lost_at_most) * whole_ml:
            return None
        if abs(found_ml / volume_ml - 1) <= _VOLUME_WITHIN:
            return placed
        scale *= float(np.clip((volume_ml / max(found_ml, 1e-3)) ** (1 / 3), 0.6, 1.6))
    return None


def paint(hu: NDArray[np.int16], placed: Placed, pose: Pose, pixel_mm: float) -> NDArray[np.int16]:
    """Density of the slices ``placed.slices`` with the hematoma in them, int16.

    Outside the weight nothing changes.  A faint hematoma keeps more of the brain's own texture,
    so that its noise does not fade with its contrast.
    """
    painted = hu[placed.slices].copy()
    kept_texture = np.sqrt(max(0.0, 1 - pose.gain**2))
    for place, weight in enumerate(placed.weight):
        if not weight.any():
            continue
        base, texture = _surround(painted[place], pixel_mm)
        lesion = base + kept_texture * texture + pose.gain * placed.contrast_hu[place]
        mixed = painted[place] * (1 - weight) + lesion * weight
        changed = weight > 0
        painted[place][changed] = mixed[changed].round().clip(hu.min(), hu.max())
    return painted


def _posed(donor: Donor, pose: Pose, brain: BrainMap) -> Placed | None:
    """The donor turned, mirrored and scaled onto the grid; None where it leaves the stack."""
    center_slice = pose.center[0]
    step_mm = abs(float(np.median(np.diff(brain.below_mm))))
    half = (len(donor.share) - 1) / 2
    reach = half * donor.slice_mm * pose.scale / step_mm
    first, last = int(np.ceil(center_slice - reach)), int(np.floor(center_slice + reach))
    if first < 0 or last >= len(brain.brain):
        return None
    slices = np.arange(first, last + 1)
    at = half + (slices - center_slice) * step_mm / (donor.slice_mm * pose.scale)
    frame = brain.brain.shape[1:]
    matrix = _affine(donor, pose, brain.pixel_mm)
    # Weighted, so that a slice between two of the donor's shows each as far as it is there.
    weighted, weight, share = (
        np.stack([_warped(_between(part, z), matrix, frame) for z in at])
        for part in (donor.contrast_hu * donor.weight, donor.weight, donor.share)
    )
    contrast = np.divide(weighted, weight, out=np.zeros_like(weighted), where=weight > 0)
    return Placed(slices, contrast, weight, share)


def _between(part: NDArray[np.float32], z: float) -> NDArray[np.float32]:
    low = min(max(int(np.floor(z)), 0), len(part) - 2)
    share = np.float32(np.clip(z - low, 0, 1))
    return np.asarray(part[low] * (1 - share) + part[low + 1] * share, np.float32)


def _affine(donor: Donor, pose: Pose, pixel_mm: float) -> FloatArray:
    """From the donor's pixels (x, y) to the frame's, as cv2 takes it (2, 3)."""
    zoom = pose.scale * donor.pixel_mm / pixel_mm
    angle = np.radians(pose.turn_deg)
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if pose.mirrored:
        turn[:, 0] *= -1
    area = donor.share.sum(axis=0)
    rows, columns = np.indices(area.shape)
    middle = np.array([(area * columns).sum(), (area * rows).sum()]) / area.sum()
    _, row, column = pose.center
    return np.column_stack([turn, np.array([column, row]) - turn @ middle])


def _warped(
    part: NDArray[np.float32], matrix: FloatArray, frame: tuple[int, ...]
) -> NDArray[np.float32]:
    size = (frame[1], frame[0])
    return np.asarray(cv2.warpAffine(part, matrix, size, flags=cv2.INTER_LINEAR), np.float32)


def _inside(whole: Placed, brain: BrainMap, room: Room) -> Placed:
    """What of a hematoma lies in the brain and where it may be."""
    skull_mm = np.float32(_SKULL_MM)
    soft = np.stack(
        [(brain.depth_mm(k) / skull_mm - 1).clip(0, 1) * room.allowed[k] for k in whole.slices]
    ).astype(np.float32)
    return Placed(whole.slices, whole.contrast_hu, whole.weight * soft, whole.share * soft)


def _volume_ml(placed: Placed, brain: BrainMap, thickness_mm: FloatArray) -> float:
    areas_mm2 = placed.mask.sum(axis=(1, 2)) * brain.pixel_mm**2
    return float((areas_mm2 * thickness_mm[placed.slices]).sum() / 1000)


def _surround(
    hu: NDArray[np.int16], pixel_mm: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Of each pixel of a slice: mean density of the brain around it, and its own texture, HU."""
    values = hu.astype(np.float32)
    tissue = ((hu >= TISSUE_HU[0]) & (hu <= TISSUE_HU[1])).astype(np.float32)
    amount = _blurred(tissue, _SURROUND_SIGMA_MM / pixel_mm)
    base = _blurred(values * tissue, _SURROUND_SIGMA_MM / pixel_mm) / np.maximum(amount, 1e-3)
    texture = values - _blurred(values, _TEXTURE_SIGMA_MM / pixel_mm)
    limit = np.float32(_TEXTURE_AT_MOST_HU)
    own = np.where(tissue > 0, texture, 0).clip(-limit, limit)
    return np.asarray(base, np.float32), np.asarray(own, np.float32)


def _blurred(image: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), np.float32)
