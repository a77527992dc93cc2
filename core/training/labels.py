"""Labels of the expansion head: a patient's outcome where known, else a risk equation's answer."""

import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, Geometry
from core.imaging.markers import find_markers
from core.imaging.measures import volume_ml
from core.risk.yu2024 import expansion_risk_from_image


def distilled_label(hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry) -> float:
    """Soft label: the hematoma's risk under equation A, from its volume and computed signs."""
    markers = find_markers(hu, mask, geometry)
    return expansion_risk_from_image(volume_ml(mask, geometry), markers.irregular, markers.blend)
