"""The display windows of head CT: the one table that viewer, report and overlays share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Window:
    """A range of densities spread over black to white (DICOM PS3.3 C.11.2.1.2)."""

    name: str
    center_hu: int
    width_hu: int

    @property
    def darkest_hu(self) -> float:
        """The density at and below which all is black."""
        return self.center_hu - self.width_hu / 2


BRAIN = Window("brain", 40, 80)
BLOOD = Window("blood", 60, 120)
SUBDURAL = Window("subdural", 75, 215)
STROKE = Window("stroke", 35, 35)
BONE = Window("bone", 500, 2500)

WINDOWS = (BRAIN, BLOOD, SUBDURAL, STROKE, BONE)


def to_display(hu: NDArray[np.int16], window: Window) -> NDArray[np.uint8]:
    """Gray levels 0 to 255 of densities seen through a window, of the shape of ``hu``.

    >>> to_display(np.array([-1000, 0, 40, 80, 3000], np.int16), BRAIN)
    array([  0,   0, 128, 255, 255], dtype=uint8)
    """
    brightness = (hu - np.float32(window.darkest_hu)) / window.width_hu
    gray: NDArray[np.uint8] = np.rint(255 * brightness.clip(0, 1)).astype(np.uint8)
    return gray
