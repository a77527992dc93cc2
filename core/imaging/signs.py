"""Signs of hematoma expansion on non-contrast CT, as candidates: each wants a reader's look.

No reference implementation is published.  Each function returns the sections that show its sign,
none for an empty mask.  Before densities are compared, a 3 x 3 median is taken and the mask's
outermost pixels (partial volume) are left out.

On the 95 PHE-SICH patients (masks derived by a threshold; measured 2026-11-24) the rules mark:
satellite 25, hypodensity 14, swirl 0, black hole 0, island 0.  Such masks leave out the
darkest parts and break up at the rim: expect few dark signs and too many satellites.
"""

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from core.domain import BoolArray
from core.imaging.measures import diameters_mm, largest_part
from core.imaging.parts import EIGHT_NEIGHBORS, cut_out, dark_half, edge_of, opened, parts_of
from core.imaging.slabs import Sections

LEAST_AREA_MM2 = 10.0
BLACK_HOLE_HU = 28
HYPODENSITY_HU = 10
"""Boulouis 2016 names no difference; below this one, noise alone makes dark spots."""
ISODENSE_HU = 40
"""Of brain: what is no denser inside a hematoma is iso- or hypodense."""
ISLANDS, LOBES = 3, 4
LOBE_RADIUS_MM = 4.0
SATELLITE_LARGEST_MM = 10.0
SATELLITE_REACH_MM = (1.0, 20.0)


def black_hole(sections: Sections) -> list[int]:
    """Dark, enclosed, sharply darker: radiopaedia.org, black hole sign (28 HU or more)."""
    return _with_enclosed_dark_part(sections, BLACK_HOLE_HU)


def hypodensity(sections: Sections) -> list[int]:
    """Any dark region that is enclosed, however much darker (Boulouis 2016)."""
    return _with_enclosed_dark_part(sections, HYPODENSITY_HU)


def swirl(sections: Sections) -> list[int]:
    """Iso- or hypodense region inside the hematoma in two contiguous sections (Ng 2018)."""
    lucent = [_lucent(sections, index) for index in range(len(sections.mask))]
    shown = []
    for index in range(len(lucent) - 1):
        if (lucent[index] & lucent[index + 1]).any():
            shown += [index, index + 1]
    return sorted(set(shown))


def island(sections: Sections) -> list[int]:
    """Three or more scattered small hematomas, or four or more lobes (Li Q. et al.)."""
    shown = []
    for index, main, others in _main_and_others(sections):
        lobes = parts_of(
            main & ~opened(main, sections.spacing_mm, LOBE_RADIUS_MM),
            _pixels(sections, LEAST_AREA_MM2),
            sections.spacing_mm,
        )
        if len(others) >= ISLANDS or len(lobes) >= LOBES:
            shown.append(index)
    return shown


def satellite(sections: Sections) -> list[int]:
    """A focus of at most 10 mm, 1 to 20 mm from the hematoma: radiopaedia.org, satellite sign.

    Blood in a ventricle or a sulcus cannot be told from it; more than three are islands.
    """
    near_mm, far_mm = SATELLITE_REACH_MM
    shown = []
    for index, main, others in _main_and_others(sections):
        away_mm = ndimage.distance_transform_edt(~main, sampling=sections.spacing_mm)
        foci = [
            part
            for part in others
            if near_mm <= away_mm[part].min() <= far_mm
            and diameters_mm(part, sections.spacing_mm)[0] <= SATELLITE_LARGEST_MM
        ]
        if 1 <= len(foci) <= ISLANDS:
            shown.append(index)
    return shown


def _with_enclosed_dark_part(sections: Sections, difference_hu: float) -> list[int]:
    return [
        index
        for index in np.flatnonzero(sections.mask.any(axis=(1, 2))).tolist()
        if _has_enclosed_dark_part(sections, index, difference_hu)
    ]


def _has_enclosed_dark_part(sections: Sections, index: int, difference_hu: float) -> bool:
    hu, mask = cut_out(sections.hu[index], ndimage.binary_fill_holes(sections.mask[index]))
    smoothed, inside = ndimage.median_filter(hu, size=3), ndimage.binary_erosion(mask)
    dark, edge = dark_half(smoothed, inside), edge_of(inside)
    for part in parts_of(dark, _pixels(sections, LEAST_AREA_MM2), sections.spacing_mm):
        # Two pixels away, beyond the blur of the part's own border.
        ring = ndimage.binary_dilation(part, EIGHT_NEIGHBORS, iterations=3)
        ring &= inside & ~dark
        if (part & edge).any() or not ring.any():
            continue
        if smoothed[ring].mean() - smoothed[part].mean() >= difference_hu:
            return True
    return False


def _lucent(sections: Sections, index: int) -> BoolArray:
    """Iso- and hypodense regions inside one section's hematoma, its holes filled."""
    found: BoolArray = np.zeros_like(sections.mask[index])
    if sections.mask[index].any():
        filled = ndimage.binary_fill_holes(sections.mask[index])
        smoothed = ndimage.median_filter(sections.hu[index], size=3)
        inside = ndimage.binary_erosion(filled)
        dark, edge = inside & (smoothed <= ISODENSE_HU), edge_of(inside)
        for part in parts_of(dark, _pixels(sections, LEAST_AREA_MM2), sections.spacing_mm):
            if not (part & edge).any():  # a dark rim is partial volume
                found |= part
    return found


def _main_and_others(sections: Sections) -> Iterator[tuple[int, BoolArray, list[BoolArray]]]:
    """Largest connected part of each section's hematoma, and the others; specks are left out."""
    for index in np.flatnonzero(sections.mask.any(axis=(1, 2))).tolist():
        main = largest_part(sections.mask[index])
        yield index, main, parts_of(sections.mask[index] & ~main, 0, sections.spacing_mm)


def _pixels(sections: Sections, area_mm2: float) -> float:
    return area_mm2 / (sections.spacing_mm[0] * sections.spacing_mm[1])
