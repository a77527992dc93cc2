"""Labels of the expansion head: a patient's outcome where known, else a risk equation's answer."""

import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, Geometry
from core.imaging.blend import blend_slices
from core.imaging.measures import volume_ml
from core.imaging.shape import irregular
from core.risk.yu2024 import expansion_risk_from_image


def distilled_label(hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry) -> float:
    """Soft label: the hematoma's risk under equation A, from its volume and computed signs."""
    blend = bool(blend_slices(hu, mask, geometry.pixel_spacing_mm))
    return expansion_risk_from_image(volume_ml(mask, geometry), irregular(mask, geometry), blend)
