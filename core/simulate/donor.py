"""A real hematoma, cut out of its brain so that it can be put into another."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, Volume
from core.imaging.measures import largest_part, volume_ml

_SURROUND_MM = (6.0, 15.0)  # from the edge: beyond the partial volume and most of the edema
TISSUE_HU = (15, 45)
"""Of brain without blood, fluid or calcium."""

_SURROUND_AT_LEAST = 200  # pixels, below which a slice's surround is not known
_CONTRAST_AT_LEAST_HU = 12.0
_SATURATED_AT_MOST = 0.01  # share of the hematoma at the top of the window: its texture is lost
_KEPT_MM = 1.2  # around the mask: the edge, whose partial volume belongs to the hematoma
_FADED_MM = 2.4  # beyond the mask: from here on nothing of the donor is left
_MARGIN_MM = 4.0
_SLICES_AT_LEAST = 3


@dataclass(frozen=True, slots=True, eq=False)
class Donor:
    """A hematoma apart from its brain, arrays float32 (slices, rows, columns).

    ``contrast_hu`` is its density minus the surrounding brain's; ``weight`` in [0, 1] fades around
    the mask; ``share`` is the mask.  One empty slice closes each end.
    """

    contrast_hu: NDArray[np.float32]
    weight: NDArray[np.float32]
    share: NDArray[np.float32]
    pixel_mm: float
    slice_mm: float
    volume_ml: float

    @property
    def mean_contrast_hu(self) -> float:
        """Mean contrast inside the mask, HU."""
        return float(self.contrast_hu[self.share > 0].mean())


def cut_out(volume: Volume, mask: BoolArray, mask_usable: BoolArray) -> Donor | None:
    """The largest hematoma of a volume as a donor; None where its texture or outline is not whole.

    mask_usable: bool (slices,).
    """
    largest = largest_part(mask)
    slices = np.flatnonzero(largest.any(axis=(1, 2)))
    if len(slices) < _SLICES_AT_LEAST or not mask_usable[slices].all():
        return None
    if np.mean(volume.hu[largest] >= volume.hu.max()) > _SATURATED_AT_MOST:
        return None
    pixel_mm = volume.geometry.pixel_spacing_mm[0]
    rows, columns = _window(largest, round(_MARGIN_MM / pixel_mm))
    cut = [_contrast(volume.hu[k], mask[k], pixel_mm) for k in slices]
    if any(contrast is None for contrast in cut):
        return None
    contrast = np.stack([c[rows, columns] for c in cut if c is not None])
    share = largest[slices, rows, columns].astype(np.float32)
    weight = np.stack([_fading(part > 0, pixel_mm) for part in share])
    donor = Donor(
        _closed(contrast),
        _closed(weight),
        _closed(share),
        pixel_mm=pixel_mm,
        slice_mm=float(np.median(volume.geometry.thickness_mm[slices])),
        volume_ml=volume_ml(largest, volume.geometry),
    )
    return donor if donor.mean_contrast_hu >= _CONTRAST_AT_LEAST_HU else None


def _window(mask: BoolArray, margin_px: int) -> tuple[slice, slice]:
    rows, columns = (np.flatnonzero(mask.any(axis=axes)) for axes in ((0, 2), (0, 1)))
    return (
        slice(max(0, rows[0] - margin_px), rows[-1] + margin_px + 1),
        slice(max(0, columns[0] - margin_px), columns[-1] + margin_px + 1),
    )


def _contrast(
    hu: NDArray[np.int16], mask: BoolArray, pixel_mm: float
) -> NDArray[np.float32] | None:
    """Density of a slice minus that of the brain around its hematoma, HU."""
    outside_mm = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5) * pixel_mm
    ring = (outside_mm > _SURROUND_MM[0]) & (outside_mm < _SURROUND_MM[1])
    tissue = hu[ring & (hu >= TISSUE_HU[0]) & (hu <= TISSUE_HU[1])]
    if len(tissue) < _SURROUND_AT_LEAST:
        return None
    return hu.astype(np.float32) - np.float32(np.median(tissue))


def _fading(mask: BoolArray, pixel_mm: float) -> NDArray[np.float32]:
    """1 on the mask and its edge, falling to 0 around it."""
    outside_mm = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5) * pixel_mm
    faded = (_FADED_MM - outside_mm) / (_FADED_MM - _KEPT_MM)
    return np.asarray(faded.clip(0, 1) if mask.any() else np.zeros(mask.shape), np.float32)


def _closed(part: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.pad(part, ((1, 1), (0, 0), (0, 0)))
