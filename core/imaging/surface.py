"""The surface of a hematoma in the patient's frame."""

import numpy as np
from numpy.typing import NDArray
from skimage.measure import marching_cubes

from core.domain import FloatArray, Segmentation

_MARGIN = 1  # voxels around the hematoma, so that its surface closes


def surface_mm(segmentation: Segmentation) -> tuple[FloatArray, NDArray[np.intp]]:
    """Vertices (n, 3), LPS in mm, and triangles (m, 3) of the surface; the mask holds hematoma."""
    padded = np.pad(segmentation.mask, _MARGIN).astype(np.float32)
    vertices, faces, _, _ = marching_cubes(padded, level=0.5)
    slices, rows, columns = (vertices - _MARGIN).T
    geometry = segmentation.geometry
    index = np.arange(len(geometry.positions_mm))
    # Slices may be uneven: positions between them, and half a slice beyond the ends, are linear.
    last = len(index) - 1
    inside = slices.clip(0, last)
    origin = np.stack(
        [np.interp(inside, index, geometry.positions_mm[:, axis]) for axis in range(3)], axis=1
    )
    beyond_mm = (slices - inside) * np.where(
        slices < 0, geometry.thickness_mm[0], geometry.thickness_mm[-1]
    )
    row_mm, column_mm = geometry.pixel_spacing_mm
    vertices_mm = (
        origin
        + beyond_mm[:, None] * geometry.normal
        + rows[:, None] * row_mm * geometry.row_axis
        + columns[:, None] * column_mm * geometry.column_axis
    )
    return vertices_mm, faces
