"""A head CT with a hematoma of known volume, simulated from a seed."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, Geometry
from core.simulate.cranium import AIR_HU
from core.simulate.fields import Field, Points
from core.simulate.head import Head
from core.simulate.hematoma import HematomaSettings
from core.simulate.scanner import (
    beam_hardening_hu,
    blurred,
    draw_head_rest,
    noise_share,
    quantum_noise,
)

# Air is -1024 at the least, as in scanners that store 12 bits with an intercept of -1024.
HU_RANGE = (-1024, 3071)


@dataclass(frozen=True, slots=True)
class PhantomSettings:
    """One head, its hematoma (or None) and how it is scanned.

    ``atrophy`` is the width of the sulci relative to that usual at 65 years.  ``mass_effect`` is
    the share of the hematoma's volume that pushes tissue away; the rest replaces it.  ``matrix`` is
    the number of rows and of columns; ``planes_per_slice`` are averaged, so that thick slices show
    partial volume.  ``noise_hu`` is the standard deviation in the brain.
    """

    hematoma: HematomaSettings | None = field(default_factory=HematomaSettings)
    atrophy: float = 1.0
    mass_effect: float = 0.5
    yaw_deg: float = 4.0
    matrix: int = 512
    n_slices: int = 30
    slice_distance_mm: float = 5.0
    lowest_slice_mm: float = -66.0
    field_of_view_mm: float = 240.0
    planes_per_slice: int = 4
    noise_hu: float = 2.8

    @property
    def pixel_mm(self) -> float:
        """Distance between neighbouring pixels, mm."""
        return self.field_of_view_mm / self.matrix


@dataclass(frozen=True, eq=False)
class Phantom:
    """A simulated CT, int16 HU (slices, rows, columns), and the truth about its hematoma.

    ``hematoma`` is where it fills at least half of a voxel.  ``volume_ml`` is what was drawn, from
    the share of every voxel, before blur and noise.
    """

    hu: NDArray[np.int16]
    geometry: Geometry
    hematoma: BoolArray
    volume_ml: float


def simulate_head(settings: PhantomSettings, *, seed: int, scan: int = 0) -> Phantom:
    """A head CT in HU with its hematoma mask and true volume; the same seed gives the same head.

    A later ``scan`` of the same head has noise of its own.
    """
    rng = np.random.default_rng(seed)
    head = Head.grow(settings.hematoma, settings.atrophy, rng)
    if scan > 0:
        rng = np.random.default_rng((seed, scan))
    geometry = scan_geometry(settings)
    hu = np.empty(geometry.shape, np.int16)
    share = np.empty(geometry.shape, np.float32)
    for index in range(settings.n_slices):
        hu[index], share[index] = _scan_slice(head, geometry, settings, index, rng)
    voxel_ml = geometry.pixel_area_mm2 * settings.slice_distance_mm / 1000
    volume_ml = float(share.sum(dtype=np.float64) * voxel_ml)
    hematoma = share >= 0.5
    hu.setflags(write=False)
    hematoma.setflags(write=False)
    return Phantom(hu, geometry, hematoma, volume_ml)


def scan_geometry(settings: PhantomSettings) -> Geometry:
    """Where the scanner's voxels lie: axial slices, caudal first, around the head's origin."""
    first = (settings.pixel_mm - settings.field_of_view_mm) / 2
    heights = settings.lowest_slice_mm + settings.slice_distance_mm * np.arange(settings.n_slices)
    positions = np.column_stack([np.full((settings.n_slices, 2), first), heights])
    return Geometry(
        positions_mm=positions,
        column_axis=np.array([1.0, 0.0, 0.0]),
        row_axis=np.array([0.0, 1.0, 0.0]),
        pixel_spacing_mm=(settings.pixel_mm, settings.pixel_mm),
        rows=settings.matrix,
        columns=settings.matrix,
    )


def _scan_slice(
    head: Head,
    geometry: Geometry,
    settings: PhantomSettings,
    index: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int16], Field]:
    """One slice: the mean of its planes, then blur, beam hardening and noise."""
    shape = (settings.matrix, settings.matrix)
    hu, share = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    fractions = (np.arange(settings.planes_per_slice) + 0.5) / settings.planes_per_slice - 0.5
    for fraction in fractions:
        scanner = _plane(geometry, index, float(fraction) * settings.slice_distance_mm)
        plane = np.full(shape, AIR_HU, np.float32)
        draw_head_rest(plane, scanner)
        share += head.draw(plane, _turned(scanner, settings.yaw_deg), settings.mass_effect)
        hu += plane
    hu = blurred(hu / settings.planes_per_slice, settings.pixel_mm)
    noise = quantum_noise(settings.matrix, settings.pixel_mm, rng)
    noise *= settings.noise_hu * noise_share(hu, settings.pixel_mm)
    hu += noise + beam_hardening_hu(_turned(scanner, settings.yaw_deg))
    return np.clip(np.rint(hu), *HU_RANGE).astype(np.int16), share / settings.planes_per_slice


def _plane(geometry: Geometry, index: int, offset_mm: float) -> Points:
    x0, y0, z0 = geometry.positions_mm[index]
    step_y, step_x = geometry.pixel_spacing_mm
    y, x = np.meshgrid(
        y0 + step_y * np.arange(geometry.rows, dtype=np.float32),
        x0 + step_x * np.arange(geometry.columns, dtype=np.float32),
        indexing="ij",
    )
    height = np.full_like(x, z0 + offset_mm)
    return Points(x.astype(np.float32), y.astype(np.float32), height)


def _turned(points: Points, yaw_deg: float) -> Points:
    cos, sin = np.float32(np.cos(np.deg2rad(yaw_deg))), np.float32(np.sin(np.deg2rad(yaw_deg)))
    return Points(points.x * cos + points.y * sin, points.y * cos - points.x * sin, points.z)
