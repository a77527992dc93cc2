"""One head: all that is random in it, and the order in which it is drawn."""

from dataclasses import dataclass

import numpy as np

from core.simulate.brain import Brain
from core.simulate.cranium import Skull, intracranial_depth_mm
from core.simulate.face import Face, head_depth_mm
from core.simulate.fields import EDGE_MM, Field, Points, SmoothNoise, voxels_at
from core.simulate.hematoma import Hematoma, HematomaSettings

# How far beyond its skin a head is drawn: room for irregular shape and soft edges.
NEAR_HEAD_MM = 6.0


@dataclass(frozen=True, eq=False)
class Head:
    """All that is random in one head."""

    warp: tuple[SmoothNoise, SmoothNoise]
    skull: Skull
    face: Face
    brain: Brain
    hematoma: Hematoma | None

    @classmethod
    def grow(
        cls, hematoma: HematomaSettings | None, atrophy: float, rng: np.random.Generator
    ) -> "Head":
        """A random head with such a hematoma, if any."""
        return cls(
            warp=(SmoothNoise(rng, 22.0), SmoothNoise(rng, 22.0)),
            skull=Skull.grow(rng),
            face=Face.grow(rng),
            brain=Brain.grow(rng, atrophy),
            hematoma=Hematoma.bleed(hematoma, rng) if hematoma else None,
        )

    def draw(self, hu: Field, points: Points, mass_effect: float) -> Field:
        """Paint one plane, and tell which share of each voxel is hematoma."""
        share = np.zeros_like(hu)
        # Most of the field of view is air; there is no need to ask there for anatomy.
        near = head_depth_mm(points) > -NEAR_HEAD_MM
        with voxels_at(near, hu) as part:
            share[near] = self._draw_head(part, points.within(near), mass_effect)
        return share

    def _draw_head(self, hu: Field, points: Points, mass_effect: float) -> Field:
        warped = self._warped(points)
        depth = intracranial_depth_mm(warped)
        outside, inside = depth < EDGE_MM, depth > -EDGE_MM
        with voxels_at(outside, hu) as shell:
            self._draw_shell(shell, warped.within(outside), depth[outside])
        share = np.zeros_like(hu)
        with voxels_at(inside, hu) as contents:
            self._draw_brain(contents, warped.within(inside), depth[inside], mass_effect)
            if self.hematoma is not None:
                # Unwarped, to keep its volume.
                share[inside] = self.hematoma.draw(contents, points.within(inside))
        return share

    def _draw_shell(self, hu: Field, warped: Points, depth: Field) -> None:
        self.face.draw(hu, warped)
        self.skull.draw(hu, warped, depth)
        self.face.draw_cavities(hu, warped)

    def _draw_brain(self, hu: Field, warped: Points, depth: Field, mass_effect: float) -> None:
        if self.hematoma is not None:
            warped = self.hematoma.displaced(warped, depth, mass_effect)
        self.brain.draw(hu, warped, depth)

    def _warped(self, points: Points) -> Points:
        across, along = (1.3 * noise.at(points) for noise in self.warp)
        return Points(points.x + across, points.y + along, points.z)
