"""How large a hematoma is, measured on the scanner's own grid."""

from collections.abc import Iterator

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist, squareform

from core.domain import BoolArray, FloatArray, Geometry

ELLIPSOID_FACTOR = 0.523
"""pi / 6 as Lee 2024 (Neuroradiology) rounds it: volume = 0.523 x D1 x D2 x D3."""

PIXEL_EDGES = np.array([[-0.5, 0.0], [0.5, 0.0], [0.0, -0.5], [0.0, 0.5]])
"""Midpoints of a pixel's four edges: n pixels in a row are n pixels long, not n - 1."""


def slice_areas_mm2(mask: BoolArray, geometry: Geometry) -> FloatArray:
    """Area of the mask in each slice, mm2 (slices,)."""
    if mask.shape != geometry.shape:
        raise ValueError(
            f"The mask has shape {mask.shape}, its geometry {geometry.shape}; "
            "restore the mask to the scanner's grid first."
        )
    areas: FloatArray = np.count_nonzero(mask, axis=(1, 2)) * geometry.pixel_area_mm2
    return areas


def slice_volumes_ml(mask: BoolArray, geometry: Geometry) -> FloatArray:
    """Volume of the mask in each slice, mL (slices,).

    Each slice counts with its own thickness along the slice normal, so that uneven and tilted
    stacks are measured as they are.
    """
    return slice_areas_mm2(mask, geometry) * geometry.thickness_mm / 1000


def volume_ml(mask: BoolArray, geometry: Geometry) -> float:
    """Volume of the mask, mL; an empty mask is 0.0."""
    return float(slice_volumes_ml(mask, geometry).sum())


def abc2_ml(mask: BoolArray, geometry: Geometry) -> float:
    """Volume of the ellipsoid 0.523 x D1 x D2 x D3, mL; an empty mask is 0.0.

    In each slice only the largest connected part is measured (8 neighbors).  D1 is the largest
    diameter of such a part in any slice.  D2 is the width of the same part at right angles to D1:
    the distance of the two lines along D1 that just enclose it.  D3 is the summed thickness of the
    slices that hold any hematoma.  Diameters run between pixel edges, not centers.  After Lee 2024,
    who drew the diameters by hand on reformatted images; here D1 and D2 are axial.
    """
    held = slice_areas_mm2(mask, geometry) > 0
    if not held.any():
        return 0.0
    spacing_mm = geometry.pixel_spacing_mm
    (box,) = ndimage.find_objects(mask.view(np.uint8))
    slices = (mask_slice for mask_slice in mask[box] if mask_slice.any())
    diameters = (diameters_mm(largest_part(mask_slice), spacing_mm) for mask_slice in slices)
    d1_mm, d2_mm = max(diameters)
    d3_mm = geometry.thickness_mm[held].sum()
    return float(ELLIPSOID_FACTOR * d1_mm * d2_mm * d3_mm / 1000)


def diameters_mm(part: BoolArray, pixel_spacing_mm: tuple[float, float]) -> tuple[float, float]:
    """Largest diameter of a part of a slice and the width at right angles to it, mm."""
    pixels = np.argwhere(part)
    edges_mm = (pixels[:, None] + PIXEL_EDGES).reshape(-1, 2) * pixel_spacing_mm  # (4 n, 2)
    outline_mm = edges_mm[ConvexHull(edges_mm).vertices]
    distances_mm = squareform(pdist(outline_mm))
    one, other = np.unravel_index(distances_mm.argmax(), distances_mm.shape)
    d1_mm = float(distances_mm[one, other])
    along = (outline_mm[other] - outline_mm[one]) / d1_mm
    across_mm = outline_mm @ np.array([-along[1], along[0]])
    return d1_mm, float(np.ptp(across_mm))


def largest_part(mask: BoolArray) -> BoolArray:
    """The connected part of a mask, or of one of its slices, with most pixels; bool, same shape."""
    if not mask.any():
        return mask
    labels, _ = ndimage.label(mask, structure=np.ones((3,) * mask.ndim))
    part: BoolArray = labels == 1 + np.argmax(np.bincount(labels.ravel())[1:])
    return part


def _connected_parts(mask: BoolArray) -> Iterator[tuple[tuple[slice, ...], BoolArray]]:
    """Each part of a mask (26 neighbors), with the box around it; only where the mask is."""
    for whole in ndimage.find_objects(mask.view(np.uint8)):
        labels, _ = ndimage.label(mask[whole], structure=np.ones((3,) * mask.ndim))
        for number, box in enumerate(ndimage.find_objects(labels), 1):
            moved = (
                slice(a.start + b.start, a.start + b.stop) for a, b in zip(whole, box, strict=True)
            )
            yield tuple(moved), labels[box] == number


def counted_parts(
    mask: BoolArray, likely: BoolArray, geometry: Geometry, *, alone_ml: float
) -> tuple[BoolArray, float]:
    """Connected parts (26 neighbors) of a mask with a likely slice, or of at least ``alone_ml``.

    likely: (slices,).  Also the volume of those without a likely slice, mL.
    """
    counted, denied_ml = np.zeros_like(mask), 0.0
    for box, part in _connected_parts(mask):
        areas_mm2 = np.count_nonzero(part, axis=(1, 2)) * geometry.pixel_area_mm2
        part_ml = float(areas_mm2 @ geometry.thickness_mm[box[0]]) / 1000
        agreed = bool(likely[box[0]][areas_mm2 > 0].any())
        if agreed or part_ml >= alone_ml:
            counted[box] |= part
            denied_ml += 0.0 if agreed else part_ml
    return counted, denied_ml
