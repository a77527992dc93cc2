"""The skull: where the intracranial space ends, and the bone around it."""

from dataclasses import dataclass

import numpy as np

from core.simulate.fields import (
    Ellipsoid,
    Field,
    Points,
    SmoothNoise,
    logistic,
    paint,
    paint_solid,
    share_inside,
)

# Half axes of the inner table: 132 mm wide, 166 mm long, a head of about 155 by 190 mm.
HALF_WIDTH_MM, HALF_LENGTH_MM, HEIGHT_MM, DEPTH_MM = 66.0, 83.0, 72.0, 98.0
# At a vault of this thickness each table takes about a third, the diploe the rest.
VAULT_MM, BASE_MM = 6.3, 2.0

INNER_TABLE_HU, DIPLOE_HU, OUTER_TABLE_HU, PETROUS_HU = 1250.0, 550.0, 1500.0, 1500.0
AIR_HU = -1000.0

FRONTAL_SINUS = Ellipsoid((9.0, -87.0, -21.0), (9.0, 4.0, 9.0))
SPHENOID_SINUS = Ellipsoid((6.0, -15.0, -40.0), (7.0, 11.0, 8.0))
MASTOID = Ellipsoid((54.0, 26.0, -44.0), (9.0, 12.0, 17.0), yaw_deg=20.0)
EAR_CANAL = Ellipsoid((58.0, 8.0, -45.0), (19.0, 3.5, 3.5))
TYMPANUM = Ellipsoid((42.0, 10.0, -43.0), (3.0, 4.0, 4.0))


def vault_depth_mm(points: Points) -> Field:
    """Depth below the inner table of the vault, mm, along the radius; negative outside.

    The vault is a superellipsoid of exponent 2.5: between an ellipsoid and a box.
    """
    width = HALF_WIDTH_MM * (1 + 0.10 * np.clip(points.y / HALF_LENGTH_MM, -1.2, 1.2))
    height = np.where(points.z > 0, np.float32(HEIGHT_MM), np.float32(DEPTH_MM))
    across, along, up = (
        np.abs(axis / half)
        for axis, half in zip(points, (width, HALF_LENGTH_MM, height), strict=True)
    )
    # x**2.5 spelled out, because a fractional power is slow.
    level = across**2 * np.sqrt(across) + along**2 * np.sqrt(along) + up**2 * np.sqrt(up)
    radius = np.sqrt(points.x**2 + points.y**2 + points.z**2)
    depth: Field = radius * (np.maximum(level, np.float32(1e-6)) ** np.float32(-0.4) - 1)
    return depth


def behind_petrous_mm(points: Points) -> Field:
    """Distance behind the petrous ridge, mm: positive in the posterior fossa."""
    x = np.abs(points.x)
    # The ridge runs backward by half of what it runs sideways; 0.894 makes a distance of it.
    return ((points.y - 2) - (x - 12) * np.float32(0.5)) * np.float32(0.894)


def floor_mm(points: Points) -> Field:
    """Height of the skull base under each point: three fossae, sella and petrous ridges."""
    x, y = np.abs(points.x), points.y
    midline = np.exp(-((x / 13) ** 4))
    behind = behind_petrous_mm(points)
    is_anterior = logistic(-(y + 24 + np.float32(0.28) * x), 2.0)
    is_posterior = logistic(behind, 2.5)
    anterior = -19 + 5 * np.exp(-(((x - 30) / 14) ** 2 + ((y + 58) / 18) ** 2)) - 7 * midline
    bowl = 0.012 * (y + 12) ** 2 + 0.008 * (x - 38) ** 2
    middle = -46 + np.minimum(bowl, 12) + 6 * midline
    foramen = 40 * logistic(15 - np.hypot(points.x, y - 27), 1.5)
    posterior = -66 + 0.012 * (y - 45) ** 2 + 0.006 * x**2 - foramen
    ridge = 11 * np.exp(-((behind / 6) ** 2)) * logistic(x - 14, 3.0) * (1 - is_anterior)
    floor: Field = (
        anterior * is_anterior
        + (1 - is_anterior) * (middle * (1 - is_posterior) + posterior * is_posterior)
        + ridge
    )
    return floor


def intracranial_depth_mm(points: Points) -> Field:
    """Depth inside the intracranial space, mm; negative in bone and beyond."""
    depth: Field = np.minimum(vault_depth_mm(points), points.z - floor_mm(points))
    return depth


@dataclass(frozen=True, eq=False)
class Skull:
    """Bone of one head: its thickness and texture."""

    thickness: SmoothNoise
    texture: SmoothNoise

    @classmethod
    def grow(cls, rng: np.random.Generator) -> "Skull":
        """A skull of random thickness and texture."""
        return cls(SmoothNoise(rng, 30.0), SmoothNoise(rng, 4.0))

    def thickness_mm(self, points: Points, depth: Field) -> Field:
        """Thickness of the bone next to each point, mm: thick in the vault, thin in the base."""
        is_base = logistic(vault_depth_mm(points) - depth - 4, 1.0)
        midline = np.exp(-((points.x / 14) ** 2))
        vault = VAULT_MM + 0.8 * self.thickness.at(points) + 0.4 * midline
        thick = vault + is_base * (BASE_MM + 6 * midline - vault) + 10 * self.petrous_share(points)
        thickness: Field = np.maximum(thick, np.float32(1.5))
        return thickness

    @staticmethod
    def petrous_share(points: Points) -> Field:
        """How much a point belongs to the petrous bones, 0 to 1."""
        behind = behind_petrous_mm(points)
        reach = logistic(np.abs(points.x) - 15, 3.0) * logistic(-points.z - 27, 3.0)
        share: Field = np.exp(-((behind / 9) ** 2)) * reach
        return share

    def draw(self, hu: Field, points: Points, depth: Field) -> None:
        """Paint tables, diploe, petrous bones and the air cells in them."""
        thickness = self.thickness_mm(points, depth)
        outward = np.clip(-depth / thickness, 0, 1)
        texture = self.texture.at(points)
        tables = np.where(outward < 0.5, np.float32(INNER_TABLE_HU), np.float32(OUTER_TABLE_HU))
        is_diploe = np.clip(1 - np.abs(outward - 0.5) / 0.3, 0, 1)
        bone = tables + is_diploe * (DIPLOE_HU + 150 * texture - tables)
        petrous = self.petrous_share(points)
        bone += petrous * (PETROUS_HU + 250 * texture - bone)
        shell = share_inside(depth) * share_inside(-depth - thickness)
        paint(hu, shell, bone)
        self._draw_air(hu, points, texture)

    @staticmethod
    def _draw_air(hu: Field, points: Points, texture: Field) -> None:
        for cavity in (FRONTAL_SINUS, SPHENOID_SINUS, EAR_CANAL, TYMPANUM):
            paint_solid(hu, points, cavity, AIR_HU)
        cells = share_inside(MASTOID.distance_mm(points)) * share_inside(1.5 - 3 * np.abs(texture))
        paint(hu, cells, AIR_HU)
