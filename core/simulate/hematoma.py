"""A hematoma of known volume: irregular, heterogeneous, with a rim of edema."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.simulate.cranium import intracranial_depth_mm
from core.simulate.fields import (
    Ellipsoid,
    Field,
    Points,
    SmoothNoise,
    paint,
    share_inside,
    voxels_at,
)

Site = Literal["putamen", "thalamus", "lobe"]
Side = Literal["left", "right"]
Hypodensity = Literal["none", "swirl", "blend"]

CLOT_HU, CLOT_SD_HU, LIQUID_HU, EDEMA_HU = 61.0, 5.0, 46.0, 24.0
CORTEX_MARGIN_MM, LARGEST_ML = 3.0, 200.0
# Edema soaks tissue, neither CSF nor dura.
CSF_BELOW_HU, DURA_ABOVE_HU = 15.0, 42.0

# Center on the left and relative radii of each site.
SITES: dict[Site, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "putamen": ((28.0, -7.0, 4.0), (0.75, 1.35, 1.05)),
    "thalamus": ((14.0, 6.0, 5.0), (0.85, 1.15, 1.0)),
    "lobe": ((36.0, 38.0, 22.0), (0.9, 1.2, 1.0)),
}


@dataclass(frozen=True, slots=True)
class HematomaSettings:
    """What is to bleed where, and how rough its surface and wide its edema are.

    ``liquid_hu`` is the density of its hypodense part.  Raises ValueError for a volume that no
    hemisphere holds.
    """

    volume_ml: float = 30.0
    site: Site = "putamen"
    side: Side = "left"
    hypodensity: Hypodensity = "swirl"
    irregularity_mm: float = 2.8
    edema_mm: float = 4.0
    liquid_hu: float = LIQUID_HU

    def __post_init__(self) -> None:
        if not 0 < self.volume_ml <= LARGEST_ML:
            raise ValueError(f"volume_ml is {self.volume_ml}, expected above 0 to {LARGEST_ML}.")


def sphere_radius_mm(volume_ml: float) -> float:
    """Radius of a sphere of that volume, mm.

    >>> round(sphere_radius_mm(4.18879), 3)
    10.0
    """
    return float(np.cbrt(3000 * volume_ml / (4 * np.pi)))


@dataclass(frozen=True, eq=False)
class Hematoma:
    """One hematoma in the frame of the head."""

    settings: HematomaSettings
    body: Ellipsoid
    surface: SmoothNoise
    density: SmoothNoise
    level_mm: float

    @classmethod
    def bleed(cls, settings: HematomaSettings, rng: np.random.Generator) -> "Hematoma":
        """A hematoma of the volume asked for, as exactly as a 1 mm grid tells."""
        (x, y, z), ratios = SITES[settings.site]
        radius = sphere_radius_mm(settings.volume_ml)
        sign = 1 if settings.side == "left" else -1
        rx, ry, rz = (radius * ratio for ratio in ratios)
        body = Ellipsoid((sign * x, y, z), (rx, ry, rz), yaw_deg=-12.0 * sign, paired=False)
        surface, density = SmoothNoise(rng, 9.0), SmoothNoise(rng, 5.0)
        level = _level_mm(cls(settings, body, surface, density, 0.0))
        return cls(settings, body, surface, density, level)

    def distance_mm(self, points: Points) -> Field:
        """Approximate distance to the surface, mm; negative inside."""
        rough = self.settings.irregularity_mm * self.surface.at(points)
        in_brain = CORTEX_MARGIN_MM - intracranial_depth_mm(points)
        free = self.body.distance_mm(points) + rough - np.float32(self.level_mm)
        distance: Field = np.maximum(free, in_brain)
        return distance

    def displaced(self, points: Points, depth: Field, mass_effect: float) -> Points:
        """Where the tissue now at each point lay before the hematoma pushed it away.

        ``mass_effect`` is the share of its volume that made room by pushing, the rest replaced
        tissue.  What is pushed keeps its volume (r**3 shrinks by a constant); bone, at ``depth`` 0,
        stays.
        """
        cx, cy, cz = (np.float32(center) for center in self.body.center_mm)
        x, y, z = points.x - cx, points.y - cy, points.z - cz
        radius = np.maximum(np.sqrt(x**2 + y**2 + z**2), np.float32(1e-3))
        pushed = mass_effect * sphere_radius_mm(self.settings.volume_ml) ** 3
        before = np.cbrt(np.maximum(radius**3 - pushed, 0)) / radius
        scale = 1 + (before - 1) * np.clip(depth / 15, 0, 1)
        return Points(cx + x * scale, cy + y * scale, cz + z * scale)

    def draw(self, hu: Field, points: Points) -> Field:
        """Paint edema, then clot, and tell which share of each voxel is clot."""
        reach_mm = self.level_mm + self.settings.edema_mm + 4 * self.settings.irregularity_mm
        near = self.body.grown(reach_mm).near(points)
        around = points.within(near)
        distance = self.distance_mm(around)
        clot = CLOT_HU + CLOT_SD_HU * self.density.at(around)
        paint(clot, self._liquid_share(around), self.settings.liquid_hu)
        with voxels_at(near, hu) as part:
            rim = self.settings.edema_mm + self.surface.at(around)
            is_tissue = (part > CSF_BELOW_HU) & (part < DURA_ABOVE_HU)
            paint(part, share_inside(distance - rim, 3.0) * is_tissue, EDEMA_HU)
            paint(part, share_inside(distance), clot)
        share = np.zeros_like(hu)
        share[near] = share_inside(distance)
        return share

    def _liquid_share(self, points: Points) -> Field:
        cx, cy, cz = self.body.center_mm
        rx, ry, rz = self.body.radii_mm
        wavy = self.surface.at(points)
        match self.settings.hypodensity:
            case "swirl":
                core = Ellipsoid(
                    (cx, cy + 0.35 * ry, cz), (0.3 * rx, 0.3 * ry, 0.4 * rz), paired=False
                )
                return share_inside(core.distance_mm(points) + wavy, 3.0)
            case "blend":
                return share_inside(cy + 0.3 * ry - points.y + 2 * wavy, 2.0)
        return np.zeros_like(points.x)


def _level_mm(hematoma: Hematoma) -> float:
    """How far to move the surface outward for the volume asked for, mm.

    The rank of a sample among all distances on a 1 mm grid is the volume within it in mm3.
    """
    reach = 2 * max(hematoma.body.radii_mm) + 10
    step = np.arange(-reach, reach, dtype=np.float32)
    z, y, x = np.meshgrid(step, step, step, indexing="ij")
    cx, cy, cz = (np.float32(center) for center in hematoma.body.center_mm)
    distance = hematoma.distance_mm(Points(x + cx, y + cy, z + cz)).ravel()
    rank = round(1000 * hematoma.settings.volume_ml)
    return float(np.partition(distance, rank)[rank])
