"""An assessed study made by hand, for tests of what writes or shows one."""

from datetime import datetime
from typing import Any

import numpy as np

from core.domain import (
    Assessment,
    BoolArray,
    ClinicalFindings,
    ImageFindings,
    ModelIdentity,
    Segmentation,
    Series,
    SliceResult,
    Volume,
)
from core.imaging.measures import slice_areas_mm2, volume_ml
from core.risk.estimate import estimate
from core.risk.published import LEE_2024
from tests.dicom.make import axial_geometry

MADE_AT = datetime(2026, 11, 24, 3, 15)
UNKNOWN = ClinicalFindings()
SERIES = Series("1.2.3", (), "dicom", "CT")


def make_assessment(
    mask: BoolArray,
    *,
    pixel_mm: float,
    ndl: float | None = 20.0,
    l5_hu: float | None = -18.3,
    clinical: ClinicalFindings = UNKNOWN,
    series: Series = SERIES,
    **changes: Any,
) -> Assessment:
    """Study of 30 HU, slices 5 mm apart; p(hematoma) is 0.75 and the DL score 0.5 in the mask."""
    geometry = axial_geometry(mask.shape, pixel_spacing_mm=(pixel_mm, pixel_mm))
    slices = tuple(
        SliceResult(i, float(z), 0.75 if area else 0.02, float(area), 0.5 if area else None)
        for i, (z, area) in enumerate(
            zip(geometry.offsets_mm, slice_areas_mm2(mask, geometry), strict=True)
        )
    )
    made = {
        "volume": Volume(np.full(mask.shape, 30, np.int16), geometry, series),
        "segmentation": Segmentation(mask, geometry),
        "slices": slices,
        "activation": np.zeros(mask.shape, np.float16),
        "volume_ml": volume_ml(mask, geometry),
        "abc2_ml": 0.05,
        "ndl": ndl,
        "l5_hu": l5_hu,
        "clinical": clinical,
        "risk": estimate(ImageFindings(ndl, l5_hu), clinical, LEE_2024),
        "findings": (),
        "model": ModelIdentity("by-hand", "1.2.3", "0" * 64, "PyTorch float32"),
        "input_sha256": "f" * 64,
        "timings_s": {"Reading slices": 0.5},
    }
    return Assessment(**made | changes)
