"""Everything outside the skull: scalp, muscles, orbits, sinuses, jaw, neck."""

from dataclasses import dataclass

import numpy as np

from core.simulate.cranium import AIR_HU, vault_depth_mm
from core.simulate.fields import (
    Ellipsoid,
    Field,
    Points,
    SmoothNoise,
    paint,
    paint_solid,
    share_inside,
    voxels_at,
)

FAT_HU, MUSCLE_HU, SKIN_HU, BONE_HU = -85.0, 58.0, 55.0, 900.0
VITREOUS_HU, LENS_HU, SCLERA_HU = 10.0, 75.0, 45.0
SCALP_MM, SKIN_MM, SUBCUTANEOUS_MM = 11.5, 2.0, 7.0

FACE = Ellipsoid((0.0, -38.0, -62.0), (64.0, 62.0, 58.0), paired=False)
NOSE = Ellipsoid((0.0, -98.0, -62.0), (11.0, 14.0, 20.0), paired=False)
NECK = Ellipsoid((0.0, 30.0, -75.0), (64.0, 58.0, 42.0), paired=False)
AURICLE = Ellipsoid((80.0, 16.0, -44.0), (2.0, 11.0, 22.0), yaw_deg=-25.0)

MUSCLES = (
    Ellipsoid((69.0, -28.0, -12.0), (6.0, 24.0, 34.0), yaw_deg=8.0),  # temporalis
    Ellipsoid((52.0, -32.0, -70.0), (8.0, 17.0, 26.0)),  # masseter
    Ellipsoid((33.0, -24.0, -62.0), (11.0, 14.0, 16.0)),  # pterygoids
    Ellipsoid((14.0, 72.0, -78.0), (13.0, 13.0, 18.0)),  # semispinalis
    Ellipsoid((36.0, 60.0, -74.0), (16.0, 12.0, 14.0)),  # splenius
    Ellipsoid((55.0, 36.0, -78.0), (8.0, 14.0, 22.0)),  # sternocleidomastoid
    Ellipsoid((0.0, 0.0, -72.0), (18.0, 9.0, 14.0), paired=False),  # longus capitis, pharynx
)
BONES = (
    Ellipsoid((61.0, -40.0, -47.0), (3.0, 24.0, 4.0), yaw_deg=12.0),  # zygomatic arch
    Ellipsoid((47.0, -66.0, -45.0), (5.0, 9.0, 14.0), yaw_deg=-40.0),  # zygomatic bone
    Ellipsoid((47.0, -8.0, -64.0), (4.0, 7.0, 22.0)),  # mandibular ramus
    Ellipsoid((15.0, 24.0, -72.0), (8.0, 13.0, 8.0), yaw_deg=25.0),  # occipital condyle
    Ellipsoid((0.0, 4.0, -62.0), (15.0, 5.0, 14.0), paired=False),  # clivus
    Ellipsoid((20.0, -24.0, -44.0), (11.0, 8.0, 11.0)),  # sphenoid body and pterygoid process
)
MAXILLARY_SINUS = Ellipsoid((27.0, -62.0, -64.0), (14.0, 17.0, 15.0))
NASAL_CAVITY = Ellipsoid((0.0, -64.0, -62.0), (12.0, 30.0, 20.0), paired=False)
ETHMOID = Ellipsoid((7.0, -58.0, -38.0), (7.0, 25.0, 12.0))
ORBIT = Ellipsoid((31.0, -62.0, -35.0), (16.0, 27.0, 15.0), yaw_deg=-15.0)
GLOBE = Ellipsoid((33.0, -76.0, -35.0), (12.0, 12.5, 12.0))
LENS = Ellipsoid((33.0, -86.0, -35.0), (4.5, 2.0, 4.5))
OPTIC_NERVE = Ellipsoid((26.5, -50.0, -34.0), (2.2, 17.0, 2.2), yaw_deg=-20.0)
RECTUS = Ellipsoid((17.5, -56.0, -35.0), (1.8, 14.0, 4.0), yaw_deg=-5.0)
WALL_MM, ORBIT_RIM_MM, HIGHEST_CAVITY_MM = 1.0, -82.0, -17.0


def head_depth_mm(points: Points) -> Field:
    """Depth below the skin, mm; negative in air."""
    cap = vault_depth_mm(points) + np.float32(SCALP_MM)
    lower = [-solid.distance_mm(points) for solid in (FACE, NOSE, NECK, AURICLE)]
    depth: Field = np.maximum.reduce([cap, *lower])
    return depth


@dataclass(frozen=True, eq=False)
class Face:
    """Soft tissue of one head and the cavities and bones in it."""

    texture: SmoothNoise
    cells: SmoothNoise

    @classmethod
    def grow(cls, rng: np.random.Generator) -> "Face":
        """A face with random muscle bundles and air cells."""
        return cls(SmoothNoise(rng, 9.0), SmoothNoise(rng, 5.0))

    def draw(self, hu: Field, points: Points) -> None:
        """Paint skin, fat, muscle and the facial bones."""
        depth = head_depth_mm(points)
        bundles = self.texture.at(points)
        tissue = np.full_like(hu, FAT_HU)
        loose = share_inside(SUBCUTANEOUS_MM - depth) * share_inside(points.z + 25, 8.0)
        paint(tissue, loose * share_inside(3 - 6 * bundles), MUSCLE_HU)
        rough = Points(points.x + 1.5 * bundles, points.y + 1.5 * bundles, points.z)
        for muscle in MUSCLES:
            paint_solid(tissue, rough, muscle, MUSCLE_HU)
        for bone in BONES:
            paint_solid(tissue, rough, bone, BONE_HU)
        paint(tissue, share_inside(depth - SKIN_MM), SKIN_HU)
        paint(hu, share_inside(-depth), tissue)

    def draw_cavities(self, hu: Field, points: Points) -> None:
        """Paint nose, sinuses and orbits; the skull must be there already."""
        low = points.z < HIGHEST_CAVITY_MM
        with voxels_at(low, hu) as part:
            self._draw_sinuses(part, points.within(low))
            self._draw_orbits(part, points.within(low))

    def _draw_sinuses(self, hu: Field, points: Points) -> None:
        cells, rough = self.cells.at(points), self.texture.at(points)
        bent = Points(points.x + 2 * rough, points.y + 2 * rough, points.z)
        for cavity in (MAXILLARY_SINUS, NASAL_CAVITY, ETHMOID):
            paint_solid(hu, bent, cavity.grown(WALL_MM), BONE_HU)
            paint_solid(hu, bent, cavity, AIR_HU)
        septa = share_inside(np.abs(cells) * 2.5 - 0.6)
        paint(hu, septa * share_inside(ETHMOID.distance_mm(bent)), BONE_HU / 2)
        turbinates = share_inside(1 - 4 * cells) * share_inside(NASAL_CAVITY.distance_mm(bent))
        paint(hu, turbinates, MUSCLE_HU)

    @staticmethod
    def _draw_orbits(hu: Field, points: Points) -> None:
        orbit = ORBIT.distance_mm(points)
        walls = share_inside(orbit - WALL_MM) * share_inside(ORBIT_RIM_MM - points.y)
        paint(hu, walls, BONE_HU)
        paint(hu, share_inside(orbit), FAT_HU)
        for muscle in (OPTIC_NERVE, RECTUS):
            paint_solid(hu, points, muscle, SCLERA_HU)
        paint_solid(hu, points, GLOBE, SCLERA_HU)
        paint_solid(hu, points, GLOBE.grown(-1.3), VITREOUS_HU)
        paint_solid(hu, points, LENS, LENS_HU)
