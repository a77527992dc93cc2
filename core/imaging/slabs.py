"""Thin slices taken together: what is said of 5 mm sections holds for slices of about 5 mm."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, FloatArray, Geometry

SECTION_MM = 5.0


def slab_of_slice(offsets_mm: FloatArray, slab_mm: float) -> NDArray[np.intp]:
    """Slab of each slice: itself, or with its neighbours where two or more fit in ``slab_mm``."""
    per_slab = max(1, round(slab_mm / float(np.median(np.diff(offsets_mm)))))
    return np.arange(len(offsets_mm)) // per_slab


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """A hematoma in sections of about 5 mm: densities, mask, and the middle slice of each."""

    hu: NDArray[np.int16]
    mask: BoolArray
    middle_slice: NDArray[np.intp]
    spacing_mm: tuple[float, float]


def in_sections(hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry) -> Sections:
    """Means of the densities and majority of the mask, for each section.

    Cut to the hematoma and a pixel around it in all slices: what is far from it takes time alone.
    """
    slabs = slab_of_slice(geometry.offsets_mm, SECTION_MM)
    window = np.s_[:, _reach(mask, axis=1), _reach(mask, axis=2)]
    hu, mask = hu[window], mask[window]
    members = [np.flatnonzero(slabs == slab) for slab in range(slabs[-1] + 1)]
    return Sections(
        hu=np.array([hu[slices].mean(axis=0).round() for slices in members], np.int16),
        mask=np.array([2 * mask[slices].sum(axis=0) >= len(slices) for slices in members], bool),
        middle_slice=np.array([slices[len(slices) // 2] for slices in members]),
        spacing_mm=geometry.pixel_spacing_mm,
    )


def _reach(mask: BoolArray, axis: int) -> slice:
    """Rows or columns that hold hematoma in any slice, and one on either side."""
    other = tuple({0, 1, 2} - {axis})
    held = np.flatnonzero(mask.any(axis=other))
    return slice(max(held[0] - 1, 0), held[-1] + 2) if len(held) else slice(0, 0)
