from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.domain import Geometry
from tests.dicom.make import axial_geometry, head_hu, write_ct_series

SHAPE = (24, 64, 64)


@pytest.fixture
def hu() -> np.ndarray:
    return head_hu(SHAPE)


@pytest.fixture
def geometry() -> Geometry:
    return axial_geometry(SHAPE)


@pytest.fixture
def write_head(hu: np.ndarray, geometry: Geometry, tmp_path: Path) -> Callable[..., list[Path]]:
    """Writes the phantom, or those of its slices, into a folder of the study at ``tmp_path``."""

    def write(
        folder: str = "head",
        header: Mapping[str, object] | None = None,
        slices: slice | list[int] = slice(None),
    ) -> list[Path]:
        part = replace(geometry, positions_mm=geometry.positions_mm[slices])
        return write_ct_series(hu[slices], part, tmp_path / folder, header)

    return write
