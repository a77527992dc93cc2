import numpy as np
import pytest

from core.domain import Segmentation
from core.imaging.surface import surface_mm
from tests.dicom.make import axial_geometry


def test_surface_encloses_the_block_where_it_lies() -> None:
    geometry = axial_geometry((8, 20, 20), step_mm=5.0, pixel_spacing_mm=(2.0, 1.0))
    mask = np.zeros((8, 20, 20), bool)
    mask[2:5, 4:10, 6:9] = True
    vertices_mm, faces = surface_mm(Segmentation(mask, geometry))
    # Half a voxel beyond the outermost centers, on every axis (L, P, S).
    low = geometry.positions_mm[2] + [5.5, 7.0, -2.5]
    high = geometry.positions_mm[4] + [8.5, 19.0, 2.5]
    assert vertices_mm.min(axis=0) == pytest.approx(low)
    assert vertices_mm.max(axis=0) == pytest.approx(high)
    assert faces.max() < len(vertices_mm)


def test_surface_of_a_hematoma_at_the_end_of_the_stack_is_closed() -> None:
    geometry = axial_geometry((4, 10, 10), step_mm=5.0)
    mask = np.zeros((4, 10, 10), bool)
    mask[0, 3:6, 3:6] = True
    vertices_mm, faces = surface_mm(Segmentation(mask, geometry))
    assert vertices_mm[:, 2].min() == pytest.approx(geometry.positions_mm[0, 2] - 2.5)
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    _, counts = np.unique(edges, axis=0, return_counts=True)
    assert (counts == 2).all()  # each edge joins two triangles
