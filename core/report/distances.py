"""Distances that a reader measured, for the page, the report and the files."""

from dataclasses import asdict

import numpy as np

from core.domain import Distance, Geometry

_SIDES = {"coronal": (1, "AP"), "sagittal": (0, "RL")}


def length(distance: Distance) -> str:
    """Length with its unit; a pixel of a head CT warrants no more than one decimal."""
    return f"{distance.length_mm:.1f} mm"


def place(distance: Distance, geometry: Geometry) -> str:
    """Plane and slice, or plane and its way from the scanner's middle, as the viewer has it.

    "Axial, slice 14" or "Coronal, P 12 mm".
    """
    if distance.plane == "axial":
        apart = np.abs(geometry.offsets_mm - np.array(distance.from_mm) @ geometry.normal)
        return f"Axial, slice {int(apart.argmin()) + 1}"
    axis, letters = _SIDES[distance.plane]
    mm = distance.from_mm[axis]
    return f"{distance.plane.capitalize()}, {letters[int(mm > 0)]} {abs(mm):.0f} mm"


def as_record(distance: Distance) -> dict[str, object]:
    """Plane, ends and length, as in ``assessment.json``."""
    return {**asdict(distance), "length_mm": distance.length_mm}
