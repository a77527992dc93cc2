"""Where the brain lies in a real head CT, as far as bone tells: compartments, midline, heights.

There is no atlas here.  Places are given in the head's own frame: mm left of the midline, the share
of the way from the front of the brain to its back, and mm below the vertex.
"""

from dataclasses import dataclass
from math import atan2, radians

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, FloatArray, Volume

BRAIN_BELOW_MM = 120.0
"""Below the vertex: what of an adult's head holds brain."""

FOSSA_BELOW_MM = 90.0
"""Below the vertex: from here down, the brain between the petrous bones is the posterior fossa's.
Looked at on seven heads of PHE-SICH: the first slice without temporal lobes is at 90 to 105 mm."""

_HEAD_AT_MOST_MM = 260.0  # a taller stack does not have the slice spacing that it claims
_TURNED_AT_MOST = radians(60)
_BONE_FROM_HU = 90
_BRAIN_HU = (-10, 85)
_BRAIN_MEAN_HU = (12.0, 50.0)
_GAP_MM = 3.0  # of bone that is closed: sutures, foramina
_THINNEST_MM = 3.0  # of what counts as brain; thinner is partial volume at the skull
_SMALLEST_COMPARTMENT_MM2 = 300.0
_ROUND_MM = (30.0, 75.0)  # below the vertex: slices without face, which show how the head is turned
_OFF_MIDLINE_MM = 25.0  # at most, of the middle of the posterior fossa


@dataclass(frozen=True, slots=True, eq=False)
class BrainMap:
    """The brain of a volume in the head's frame.

    ``brain`` is bool (slices, rows, columns); ``below_mm`` is (slices,), from the highest slice
    with brain downward; ``anterior`` is a unit vector (row, column) of the image.
    """

    brain: BoolArray
    below_mm: FloatArray
    pixel_mm: float
    anterior: tuple[float, float]

    def depth_mm(self, k: int) -> NDArray[np.float32]:
        """Distance of each pixel of a slice to the edge of the brain, mm (rows, columns)."""
        distance = cv2.distanceTransform(self.brain[k].astype(np.uint8), cv2.DIST_L2, 5)
        return np.asarray(distance * self.pixel_mm, np.float32)

    def length_mm(self, k: int) -> float:
        """From front to back of a slice with brain, mm."""
        rows, columns = np.nonzero(self.brain[k])
        return self.pixel_mm * float(np.ptp(rows * self.anterior[0] + columns * self.anterior[1]))

    def place(self, k: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of each pixel of a slice with brain: mm left of the midline, share front to back.

        "Left" is the image's right.
        """
        rows, columns = np.indices(self.brain.shape[1:], dtype=np.float32)
        forward, left = _along(rows, columns, _middle(self.brain[k]), self.anterior)
        front, back = np.percentile(forward[self.brain[k]], [99.5, 0.5])
        return left * np.float32(self.pixel_mm), (front - forward) / np.float32(front - back)


def map_brain(volume: Volume) -> BrainMap | None:
    """The brain of a volume of the whole head; None where bone and spacing do not show it."""
    offsets_mm = volume.geometry.offsets_mm
    if np.ptp(offsets_mm) > _HEAD_AT_MOST_MM:
        return None
    pixel_mm = volume.geometry.pixel_spacing_mm[0]
    brain = np.array([_compartments(hu, pixel_mm) for hu in volume.hu])
    held = np.flatnonzero(brain.any(axis=(1, 2)))
    if not len(held):
        return None
    below_mm: FloatArray = offsets_mm[held[-1]] - offsets_mm
    upper: BoolArray = np.asarray(
        brain[(below_mm >= _ROUND_MM[0]) & (below_mm <= _ROUND_MM[1])].any(axis=0)
    )
    anterior = _anterior(upper) if upper.any() else None
    if anterior is None:
        return None
    for k in np.flatnonzero(below_mm >= FOSSA_BELOW_MM):
        brain[k] = _fossa(brain[k], _middle(upper), anterior, pixel_mm)
    brain[below_mm > BRAIN_BELOW_MM] = False
    return BrainMap(brain, below_mm, pixel_mm, anterior)


def _compartments(hu: NDArray[np.int16], pixel_mm: float) -> BoolArray:
    """What bone encloses in a slice and is as dense as brain."""
    bone = (hu >= _BONE_FROM_HU).astype(np.uint8)
    closed = np.asarray(cv2.morphologyEx(bone, cv2.MORPH_CLOSE, disk(_GAP_MM / pixel_mm)), np.uint8)
    inside = _enclosed(closed) & (hu > _BRAIN_HU[0]) & (hu < _BRAIN_HU[1])
    opened = cv2.morphologyEx(
        inside.astype(np.uint8), cv2.MORPH_OPEN, disk(_THINNEST_MM / 2 / pixel_mm)
    )
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(opened)
    kept = np.zeros(count, bool)
    for label in range(1, count):
        area_mm2 = statistics[label, cv2.CC_STAT_AREA] * pixel_mm**2
        if area_mm2 >= _SMALLEST_COMPARTMENT_MM2:
            low, high = _BRAIN_MEAN_HU
            kept[label] = low <= hu[labels == label].mean() <= high
    compartments = kept[labels]
    return np.asarray(compartments | _enclosed(compartments.astype(np.uint8)))


def _enclosed(wall: NDArray[np.uint8]) -> BoolArray:
    """Pixels that are no wall and from which the border of the frame cannot be reached."""
    padded = np.pad(wall, 1)
    cv2.floodFill(padded, None, (0, 0), (2,))
    return np.asarray((padded == 0)[1:-1, 1:-1])


def _anterior(upper: BoolArray) -> tuple[float, float] | None:
    """Long axis of the brain, forward; None where it is too far from upright to be that."""
    rows, columns = np.nonzero(upper)
    axis = np.linalg.eigh(np.cov(np.stack([rows, columns])))[1][:, 1]
    axis = -axis * np.sign(axis[0])  # forward is up in the image
    if abs(atan2(axis[1], -axis[0])) > _TURNED_AT_MOST:
        return None
    return float(axis[0]), float(axis[1])


def _fossa(
    brain: BoolArray,
    middle: tuple[float, float],
    anterior: tuple[float, float],
    pixel_mm: float,
) -> BoolArray:
    """The largest compartment of a slice that lies behind the head's middle, on the midline."""
    count, labels, statistics, centers = cv2.connectedComponentsWithStats(brain.astype(np.uint8))
    areas = statistics[:, cv2.CC_STAT_AREA].copy()
    for label in range(1, count):
        column, row = centers[label]
        forward, left = _along(np.float32(row), np.float32(column), middle, anterior)
        if forward > 0 or abs(left) * pixel_mm > _OFF_MIDLINE_MM:
            areas[label] = 0
    areas[0] = 0
    return np.asarray((labels == areas.argmax()) & (areas.max() > 0))


def _along(
    rows: NDArray[np.float32] | np.float32,
    columns: NDArray[np.float32] | np.float32,
    middle: tuple[float, float],
    anterior: tuple[float, float],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pixels forward and left of the middle."""
    down, across = rows - np.float32(middle[0]), columns - np.float32(middle[1])
    forward = down * anterior[0] + across * anterior[1]
    left = down * anterior[1] - across * anterior[0]
    return np.asarray(forward, np.float32), np.asarray(left, np.float32)


def _middle(mask: BoolArray) -> tuple[float, float]:
    rows, columns = np.nonzero(mask)
    return float(rows.mean()), float(columns.mean())


def disk(radius_px: float) -> NDArray[np.uint8]:
    """Disk of at least one pixel around its middle, as cv2 takes it."""
    side = 2 * max(1, round(radius_px)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
