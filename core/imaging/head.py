"""Where the head lies in the frame: one square per patient, the same in every slice."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import StudyUnusableError

TISSUE_FROM_HU = 0
"""Brain, skin and bone are denser than water; air, fat and foam cushions are not."""

TISSUE_IN_SLICES = 0.25
"""Of a stack from the skull base to the vertex, the head's outline fills more than this share."""

OPENING_PX = 15
"""Cuts off what is thinner: the table top, the headrest, tubes and ears."""

MARGIN = 1.06
"""Room around the head.  With it all heads of 24 PHE-SICH patients looked at lay inside."""


@dataclass(frozen=True, slots=True)
class Box:
    """A square of pixels: its first row and column, and its side.

    It may reach beyond the frame (a negative ``row`` or ``column``, a far side outside); whoever
    cuts it out pads with air.
    """

    row: int
    column: int
    size: int


def head_box(hu: NDArray[np.int16]) -> Box:
    """Square around the head in pixels, one for all slices (slices, rows, columns).

    Where gantry tilt lets the head drift through the frame, scalp and nose may lie outside in some
    slices.  Pixels are taken to be square, as those of CT scanners are, and of a size at which 15
    of them (the opening) are wider than a headrest and narrower than a head: about 0.3 to 1 mm.

    Raises
    ------
    StudyUnusableError
        No region of the size of a head is tissue in more than a quarter of the slices.
    """
    share_of_slices: NDArray[np.float32] = np.mean(hu >= TISSUE_FROM_HU, axis=0, dtype=np.float32)
    opened = cv2.morphologyEx(
        (share_of_slices > TISSUE_IN_SLICES).astype(np.uint8),
        cv2.MORPH_OPEN,
        np.ones((OPENING_PX, OPENING_PX), np.uint8),
        borderValue=0,
    )
    count, _, statistics, _ = cv2.connectedComponentsWithStats(opened)
    if count < 2:  # the background alone
        raise StudyUnusableError(
            f"No head was found in {len(hu)} slices of {hu.shape[1]} x {hu.shape[2]} pixels; "
            f"expected tissue of {TISSUE_FROM_HU} HU or more in over "
            f"{TISSUE_IN_SLICES:.0%} of the slices.",
            "Choose an axial head CT that is in Hounsfield units and shows the whole head.",
        )
    largest = statistics[1 + np.argmax(statistics[1:, cv2.CC_STAT_AREA])]
    return _square_around(*(int(edge) for edge in largest[:4]))


def _square_around(left: int, top: int, width: int, height: int) -> Box:
    """Square on the center of a bounding box, its longer side widened by the margin."""
    size = round(max(width, height) * MARGIN)
    return Box(
        row=round(top + (height - size) / 2), column=round(left + (width - size) / 2), size=size
    )
