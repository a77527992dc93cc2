"""The brain: cortex and sulci, deep nuclei, ventricles, cisterns, cerebellum, dura."""

from dataclasses import dataclass

import numpy as np

from core.simulate.fields import (
    EDGE_MM,
    Ellipsoid,
    Field,
    Points,
    SmoothNoise,
    logistic,
    paint,
    paint_solid,
    share_inside,
    voxels_at,
)

GREY_HU, WHITE_HU, PERIVENTRICULAR_HU = 36.5, 27.5, 25.5
CEREBELLUM_HU, BRAINSTEM_HU = 32.5, 30.0
CSF_HU, DURA_HU, SINUS_HU, CALCIUM_HU = 6.0, 50.0, 55.0, 130.0

CORTEX_MM, SULCUS_DEPTH_MM = 3.2, 17.0

NUCLEI = (
    Ellipsoid((14.5, -24.0, 5.0), (4.5, 9.0, 9.0), yaw_deg=12.0),  # caudate, head
    Ellipsoid((17.5, -4.0, 17.0), (3.0, 20.0, 4.0), yaw_deg=-8.0),  # caudate, body
    Ellipsoid((10.5, 5.0, 4.0), (7.5, 14.0, 9.5), yaw_deg=-25.0),  # thalamus
    Ellipsoid((24.5, -9.0, 1.0), (5.5, 15.0, 9.0), yaw_deg=-14.0),  # lentiform
    Ellipsoid((36.5, -9.0, 3.0), (2.6, 19.0, 15.0), yaw_deg=-6.0),  # insula
)
VENTRICLES = (
    Ellipsoid((8.0, -27.0, 7.0), (4.2, 13.0, 8.0), yaw_deg=-16.0),  # frontal horn
    Ellipsoid((10.5, -4.0, 17.0), (5.5, 29.0, 6.0), yaw_deg=-8.0),  # body
    Ellipsoid((20.5, 26.0, 9.0), (6.0, 11.0, 11.0), yaw_deg=-25.0),  # atrium
    Ellipsoid((23.0, 42.0, 4.0), (3.5, 14.0, 6.0), yaw_deg=12.0),  # occipital horn
    Ellipsoid((30.0, 2.0, -20.0), (2.4, 14.0, 2.6), yaw_deg=-20.0),  # temporal horn
    Ellipsoid((0.0, 0.0, -1.0), (2.2, 14.0, 9.0), paired=False),  # third
    Ellipsoid((0.0, 28.0, -42.0), (6.0, 4.0, 8.0), paired=False),  # fourth
)
CISTERNS = (
    Ellipsoid((0.0, -11.0, -23.0), (12.0, 8.0, 6.0), paired=False),  # suprasellar
    Ellipsoid((0.0, 9.5, -20.0), (16.5, 13.5, 13.0), paired=False),  # ambient, quadrigeminal
    Ellipsoid((0.0, 8.0, -40.0), (17.0, 12.5, 16.0), paired=False),  # prepontine
    Ellipsoid((0.0, 27.0, -66.0), (15.0, 14.0, 14.0), paired=False),  # magna
    Ellipsoid((39.5, -9.0, 2.0), (1.5, 16.0, 13.0), yaw_deg=-6.0),  # insular
    Ellipsoid((50.0, -14.0, -2.0), (13.0, 1.5, 10.0), yaw_deg=-22.0),  # Sylvian
)
BRAINSTEM = (
    Ellipsoid((0.0, 9.0, -18.0), (14.0, 11.0, 13.0), paired=False),  # midbrain
    Ellipsoid((0.0, 10.0, -41.0), (15.0, 12.5, 14.0), paired=False),  # pons
    Ellipsoid((0.0, 24.0, -66.0), (9.0, 8.0, 24.0), paired=False),  # medulla
)
CALCIFICATIONS = (
    Ellipsoid((0.0, 25.0, 3.0), (2.0, 2.5, 3.0), paired=False),  # pineal
    Ellipsoid((19.0, 29.0, 8.0), (1.8, 3.0, 3.0)),  # choroid plexus
)
CALLOSUM = Ellipsoid((0.0, -2.0, -3.0), (90.0, 44.0, 31.0), paired=False)
# Past any point of the head: no fissure in the callosum and the cerebellum.
NO_FISSURE_MM = 100.0
# Folds are looked up nearly on a sphere of this radius: so they stand upright on the surface.
SURFACE_RADIUS_MM = 66.0


def tentorium_mm(points: Points) -> Field:
    """Height of the tentorium: highest in the midline, falling to the transverse sinuses."""
    fall = 0.011 * points.x**2 + 0.0045 * np.maximum(points.y - 25, 0) ** 2
    height: Field = np.maximum(-2 - fall, np.float32(-34))
    return height


def below_tentorium_mm(points: Points) -> Field:
    """Distance to the infratentorial space, mm; negative within it, as in a shape."""
    ahead = 14 + 0.45 * np.abs(points.x) - points.y
    distance: Field = np.maximum(points.z - tentorium_mm(points), ahead)
    return distance


@dataclass(frozen=True, eq=False)
class Brain:
    """The brain of one head; ``atrophy`` widens its sulci and ventricles (see PhantomSettings)."""

    warp: tuple[SmoothNoise, SmoothNoise]
    folds: SmoothNoise
    lobes: SmoothNoise
    folia: SmoothNoise
    atrophy: float

    @classmethod
    def grow(cls, rng: np.random.Generator, atrophy: float) -> "Brain":
        """A brain with random folding."""
        return cls(
            warp=(SmoothNoise(rng, 10.0), SmoothNoise(rng, 10.0)),
            folds=SmoothNoise(rng, 6.5),
            lobes=SmoothNoise(rng, 12.0),
            folia=SmoothNoise(rng, 3.5),
            atrophy=atrophy,
        )

    def draw(self, hu: Field, points: Points, depth: Field) -> None:
        """Paint what lies inside the skull, ``depth`` mm below its inner surface."""
        points = self._folded(points)
        sulcus = self._sulcus_mm(points, depth)
        tissue = np.full_like(hu, WHITE_HU)
        self._draw_cerebrum(tissue, points, sulcus)
        self._draw_hindbrain(tissue, points)
        self._draw_ventricles(tissue, points)
        paint(tissue, share_inside(sulcus), CSF_HU)
        self._draw_dura(tissue, points, depth)
        paint(hu, share_inside(-depth), tissue)

    def _folded(self, points: Points) -> Points:
        """Points moved a little, so that nothing in the brain is a plain ellipsoid."""
        x, y = (noise.at(points) for noise in self.warp)
        return Points(points.x + x, points.y + 1.5 * y, points.z)

    def _sulcus_mm(self, points: Points, depth: Field) -> Field:
        """Distance to the nearest sulcus or to the surface of the brain, mm; negative in CSF."""
        radius = np.sqrt(points.x**2 + points.y**2 + points.z**2)
        outward = (SURFACE_RADIUS_MM / np.maximum(radius, 15)) ** np.float32(0.8)
        spread = Points(points.x * outward, points.y * outward, points.z * outward)
        # A fold is where the noise passes zero; its slope turns a value into a distance.
        fold = np.abs(self.folds.at(spread)) * 4.5 / outward
        below = np.maximum(depth - SULCUS_DEPTH_MM - 3 * self.lobes.at(points), 0)
        width = self.atrophy * np.clip(1.2 - depth / SULCUS_DEPTH_MM, 0.3, 1)
        surface = depth - 1.1 * self.atrophy
        fissure = np.abs(points.x) + NO_FISSURE_MM * share_inside(
            np.minimum(CALLOSUM.distance_mm(points), below_tentorium_mm(points))
        )
        distance: Field = np.minimum.reduce([fold + below - width, surface, fissure - self.atrophy])
        return distance

    @staticmethod
    def _draw_cerebrum(tissue: Field, points: Points, sulcus: Field) -> None:
        paint(tissue, share_inside(sulcus - CORTEX_MM, 2.0), GREY_HU)
        for nucleus in NUCLEI:
            paint_solid(tissue, points, nucleus, GREY_HU, 2.0)

    def _draw_hindbrain(self, tissue: Field, points: Points) -> None:
        above = below_tentorium_mm(points)
        below = above < EDGE_MM
        with voxels_at(below, tissue) as part:
            folia = 1.5 * self.folia.at(points.within(below))
            paint(part, share_inside(above[below]), CEREBELLUM_HU + folia)
        for cistern in CISTERNS:
            paint_solid(tissue, points, cistern, CSF_HU)
        for section in BRAINSTEM:
            paint_solid(tissue, points, section, BRAINSTEM_HU)

    def _draw_ventricles(self, tissue: Field, points: Points) -> None:
        wider_mm = 0.8 * (self.atrophy - 1)
        for ventricle in VENTRICLES:
            paint_solid(tissue, points, ventricle.grown(wider_mm + 2), PERIVENTRICULAR_HU, 5.0)
        for ventricle in VENTRICLES:
            paint_solid(tissue, points, ventricle.grown(wider_mm), CSF_HU)
        for calcification in CALCIFICATIONS:
            paint_solid(tissue, points, calcification, CALCIUM_HU)

    @staticmethod
    def _draw_dura(tissue: Field, points: Points, depth: Field) -> None:
        above = share_inside(-below_tentorium_mm(points))
        falx = share_inside(np.abs(points.x) - 0.6) * share_inside(-CALLOSUM.distance_mm(points))
        paint(tissue, falx * above, DURA_HU)
        tent = share_inside(np.abs(below_tentorium_mm(points)) - 0.5)
        paint(tissue, tent * logistic(points.y - 20, 2.0), DURA_HU - 5)
        near_vault = share_inside(depth - 5) * share_inside(np.abs(points.x) - 4 + 0.5 * depth)
        paint(tissue, near_vault * above * logistic(points.y - points.z, 5.0), SINUS_HU)
