"""Points, smooth noise, solids and a brush: what the phantom is drawn with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

from core.domain import BoolArray

Field = NDArray[np.floating[Any]]

# A scanner's point spread: an edge seen by a soft kernel is about this wide.
EDGE_MM = 1.0
# Beyond this distance no edge of a solid is soft enough to matter.
NEAR_MM = 4.0


class Points(NamedTuple):
    """Positions in the head, mm: x to the left, y to the back, z up; arrays of one shape.

    The origin lies in the midline at the level of the foramina of Monro, midway between forehead
    and occiput.
    """

    x: Field
    y: Field
    z: Field

    def within(self, mask: BoolArray) -> "Points":
        """The points at which the mask is true, in a row."""
        return Points(self.x[mask], self.y[mask], self.z[mask])


class SmoothNoise:
    """A random field of mean 0 and standard deviation 1 that varies over ``scale_mm``.

    It is periodic over 16 scales, so that it is defined everywhere.
    """

    SAMPLES_PER_SCALE = 2
    PERIOD_IN_SCALES = 16

    def __init__(self, rng: np.random.Generator, scale_mm: float) -> None:
        size = self.SAMPLES_PER_SCALE * self.PERIOD_IN_SCALES
        white = rng.standard_normal((size, size, size))
        smooth = ndimage.gaussian_filter(white, self.SAMPLES_PER_SCALE / 2, mode="wrap")
        self.spacing_mm = scale_mm / self.SAMPLES_PER_SCALE
        self.grid = ((smooth - smooth.mean()) / smooth.std()).astype(np.float32)

    def at(self, points: Points) -> Field:
        """Value at each point."""
        index = np.stack([points.z, points.y, points.x]) / np.float32(self.spacing_mm)
        value: Field = ndimage.map_coordinates(self.grid, index, order=1, mode="grid-wrap")
        return value


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """A solid ellipsoid, turned by ``yaw_deg`` from left to back about the vertical.

    One with ``paired`` lies at its center and at the mirror image of it across the midline.
    """

    center_mm: tuple[float, float, float]
    radii_mm: tuple[float, float, float]
    yaw_deg: float = 0.0
    paired: bool = True

    def distance_mm(self, points: Points) -> Field:
        """Approximate distance to the surface, mm; negative inside."""
        yaw = np.deg2rad(self.yaw_deg)
        x = (np.abs(points.x) if self.paired else points.x) - np.float32(self.center_mm[0])
        y = points.y - np.float32(self.center_mm[1])
        z = points.z - np.float32(self.center_mm[2])
        along = x * np.float32(np.cos(yaw)) + y * np.float32(np.sin(yaw))
        across = y * np.float32(np.cos(yaw)) - x * np.float32(np.sin(yaw))
        rx, ry, rz = (np.float32(radius) for radius in self.radii_mm)
        level = np.sqrt((along / rx) ** 2 + (across / ry) ** 2 + (z / rz) ** 2)
        slope = np.sqrt((along / rx**2) ** 2 + (across / ry**2) ** 2 + (z / rz**2) ** 2)
        # Value over gradient is a distance to first order; at the very center both are 0.
        level = np.maximum(level, np.float32(1e-3))
        distance: Field = level * (level - 1) / np.maximum(slope, np.float32(1e-6))
        return distance

    def near(self, points: Points) -> BoolArray:
        """Which points may lie within or at the edge of it: those in a box around it."""
        reach = max(self.radii_mm) + NEAR_MM
        x = np.abs(points.x) if self.paired else points.x
        cx, cy, cz = self.center_mm
        near: BoolArray = np.abs(points.z - cz) < self.radii_mm[2] + NEAR_MM
        near &= (np.abs(points.y - cy) < reach) & (np.abs(x - cx) < reach)
        return near

    def grown(self, margin_mm: float) -> "Ellipsoid":
        """The same with radii that much larger."""
        rx, ry, rz = self.radii_mm
        return replace(self, radii_mm=(rx + margin_mm, ry + margin_mm, rz + margin_mm))


@contextmanager
def voxels_at(mask: BoolArray, hu: Field) -> Iterator[Field]:
    """The voxels under the mask, in a row, to be painted; what is painted ends up in ``hu``."""
    part = hu[mask]
    yield part
    hu[mask] = part


def share_inside(distance_mm: Field, edge_mm: float = EDGE_MM) -> Field:
    """Share of a soft-edged voxel within a shape, in [0, 1], from its distance to the surface."""
    share: Field = np.clip(np.float32(0.5) - distance_mm / np.float32(edge_mm), 0, 1)
    return share


def paint(hu: Field, share: Field, value: float | Field) -> None:
    """Replace that share of each voxel's content by matter of ``value`` HU, in place."""
    hu += share * (value - hu)


def paint_solid(
    hu: Field, points: Points, solid: Ellipsoid, value: float, edge_mm: float = EDGE_MM
) -> None:
    """Fill an ellipsoid with matter of ``value`` HU, in place."""
    near = solid.near(points)
    with voxels_at(near, hu) as part:
        paint(part, share_inside(solid.distance_mm(points.within(near)), edge_mm), value)


def logistic(value: Field, width: float) -> Field:
    """A smooth step from 0 to 1 as ``value`` passes 0, over about four times ``width``."""
    step: Field = special.expit(value / np.float32(width))
    return step
