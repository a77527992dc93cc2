from collections.abc import Callable, Sequence

import numpy as np
import pytest

from core.domain import Geometry


@pytest.fixture
def axial_stack() -> Callable[..., Geometry]:
    """Geometry of axial slices at given heights, or of a number of slices 5 mm apart."""

    def build(
        heights_mm: int | Sequence[float],
        rows: int,
        columns: int,
        pixel_spacing_mm: tuple[float, float] = (1.0, 1.0),
    ) -> Geometry:
        if isinstance(heights_mm, int):
            heights_mm = [5.0 * index for index in range(heights_mm)]
        return Geometry(
            positions_mm=np.array([[0.0, 0.0, height] for height in heights_mm]),
            column_axis=np.array([1.0, 0.0, 0.0]),
            row_axis=np.array([0.0, 1.0, 0.0]),
            pixel_spacing_mm=pixel_spacing_mm,
            rows=rows,
            columns=columns,
        )

    return build
