"""The markers of a hematoma on non-contrast CT that are computed here, each as a candidate."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain import BoolArray, Geometry
from core.imaging import signs
from core.imaging.blend import DIFFERENCE_HU, PART_OF_SLICE, blend_slices
from core.imaging.shape import IRREGULAR_BELOW_SOLIDITY, irregular, mean_solidity, solidity
from core.imaging.slabs import Sections, in_sections


@dataclass(frozen=True, slots=True)
class MarkerCandidate:
    """A marker as the computer sees it; a reader must confirm it.

    ``present`` is None for a plain measurement, ``value`` for a plain sign.  ``slice`` is the
    scanner's slice that shows the marker, or the one nearest to it.
    """

    name: str
    label: str
    present: bool | None
    value: float | None
    slice: int | None
    rule: str


def find_markers(
    hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry
) -> tuple[MarkerCandidate, ...]:
    """All markers of the hematoma under the mask; an empty mask shows none."""
    sections = in_sections(hu, mask, geometry)
    found = [
        _sign(name, label, slices_of(sections), sections, rule)
        for name, label, slices_of, rule in _SIGNS
    ]
    return (*found, _irregularity(mask, geometry), _heterogeneity(sections))


def _sign(
    name: str, label: str, shown: list[int], sections: Sections, rule: str
) -> MarkerCandidate:
    """A sign, with the section that shows it where the hematoma is largest."""
    areas = sections.mask.sum(axis=(1, 2))
    best = max(shown, key=lambda index: areas[index]) if shown else None
    at = None if best is None else int(sections.middle_slice[best])
    return MarkerCandidate(name, label, bool(shown), None, at, rule)


def _irregularity(mask: BoolArray, geometry: Geometry) -> MarkerCandidate:
    held = np.flatnonzero(mask.any(axis=(1, 2))).tolist()
    unfilled = {index: mask[index].sum() * (1 - solidity(mask[index])) for index in held}
    return MarkerCandidate(
        "irregular",
        "Irregular shape",
        irregular(mask, geometry),
        mean_solidity(mask, geometry),
        max(held, key=lambda index: unfilled[index]) if held else None,
        f"Share of its convex hull that the hematoma fills, below {IRREGULAR_BELOW_SOLIDITY:g}; "
        "calibrated to readers of Yu 2024.",
    )


def _heterogeneity(sections: Sections) -> MarkerCandidate:
    smoothed = ndimage.median_filter(sections.hu, size=(1, 3, 3))
    inside = ndimage.binary_erosion(sections.mask, np.ones((1, 3, 3)))
    densities_hu = smoothed[inside]
    mean = float(densities_hu.mean()) if densities_hu.size else 0.0
    areas = sections.mask.sum(axis=(1, 2))
    return MarkerCandidate(
        "hu_cv",
        "HU coefficient of variation",
        None,
        float(densities_hu.std()) / mean if mean > 0 else None,
        int(sections.middle_slice[areas.argmax()]) if areas.any() else None,
        "Standard deviation of the density by its mean (Barras 2013), in 5 mm sections, smoothed.",
    )


def _blend(sections: Sections) -> list[int]:
    return blend_slices(sections.hu, sections.mask, sections.spacing_mm)


_Sign = tuple[str, str, Callable[[Sections], list[int]], str]
_SIGNS: tuple[_Sign, ...] = (
    (
        "blend",
        "Blend sign",
        _blend,
        f"A dark part beside a bright one, {DIFFERENCE_HU} HU apart, each {PART_OF_SLICE:.0%} of "
        "the slice; calibrated to readers, who are asked for 18 HU.",
    ),
    (
        "black_hole",
        "Black hole sign",
        signs.black_hole,
        f"An enclosed dark part, {signs.BLACK_HOLE_HU} HU or more below its surroundings "
        "(radiopaedia.org).",
    ),
    (
        "swirl",
        "Swirl sign",
        signs.swirl,
        f"A region of at most {signs.ISODENSE_HU} HU inside the hematoma in two contiguous 5 mm "
        "sections (Ng 2018).",
    ),
    (
        "hypodensity",
        "Hypodensity",
        signs.hypodensity,
        f"An enclosed dark part (Boulouis 2016); {signs.HYPODENSITY_HU} HU or more below its "
        "surroundings, HEscope's own limit.",
    ),
    (
        "island",
        "Island sign",
        signs.island,
        f"{signs.ISLANDS} or more separate small hematomas, or {signs.LOBES} or more lobes "
        "(Li Q.).",
    ),
    (
        "satellite",
        "Satellite sign",
        signs.satellite,
        f"A focus of at most {signs.SATELLITE_LARGEST_MM:g} mm within "
        f"{signs.SATELLITE_REACH_MM[1]:g} mm; blood in ventricles or sulci looks the same.",
    ),
)
