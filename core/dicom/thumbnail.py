"""A picture of a series, to choose by."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.dicom.read import read_volume
from core.domain import Series
from core.errors import StudyUnusableError
from core.imaging.windows import BRAIN, to_display

# Enough to find a slice near the middle of the head whatever the order of the files.
_SAMPLED = 5
_MAX_PIXELS = 192


def thumbnail(series: Series) -> NDArray[np.uint8] | None:
    """A slice near the middle through the brain window, (rows, columns); None if unreadable."""
    n = len(series.files)
    sampled = {i * n // _SAMPLED for i in range(_SAMPLED)} if n > 1 else {0}
    files = tuple(series.files[i] for i in sorted(sampled))
    try:
        hu = read_volume(replace(series, files=files)).hu
    except StudyUnusableError:
        return None
    step = -(-max(hu.shape[1:]) // _MAX_PIXELS)
    return to_display(hu[len(hu) // 2, ::step, ::step], BRAIN)
