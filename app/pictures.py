"""What the viewer shows of a study, packed for the browser in the thread that assessed it.

The page, which others wait for too, only hands it on.
"""

import gzip
import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain import Assessment
from core.imaging.laplacian import filter_hematoma

# drawing.js has a gray level for each of the 4096 densities that 12 bits hold.
_HU_RANGE = (-1024, 3071)

COMPACT_HU = -30.0
"""Of the filter, at which its picture is brightest: few voxels of a hematoma are lower."""


@dataclass(frozen=True, slots=True)
class PackedArray:
    """An array as the browser fetches it: C order, little endian, gzip."""

    sha256: str
    dtype: str
    gz: bytes


@dataclass(frozen=True, slots=True)
class Pictures:
    """CT in HU, masks 0 or 1, activation 0-255, filter 0-255, all on the scanner's grid.

    ``network_mask`` is the outline before any reader's edit.  ``filtered`` is the Laplacian of
    Gaussian of which L5 is the 10th percentile, inside the hematoma: 255 at ``COMPACT_HU`` and
    below, 1 at 0 HU and above, 0 where there is none.
    """

    ct: PackedArray
    mask: PackedArray
    network_mask: PackedArray
    activation: PackedArray
    filtered: PackedArray

    @property
    def nbytes(self) -> int:
        """Bytes of all, packed."""
        arrays = (self.ct, self.mask, self.network_mask, self.activation, self.filtered)
        return sum({id(array): len(array.gz) for array in arrays}.values())


def pack(array: NDArray[np.int16] | NDArray[np.uint8]) -> PackedArray:
    """The array packed, named by the SHA-256 of its bytes."""
    raw = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    # Level 1: higher ones take five times as long for a few percent.
    packed = gzip.compress(raw, 1, mtime=0)
    return PackedArray(hashlib.sha256(raw).hexdigest(), array.dtype.name, packed)


def pictures_of(assessment: Assessment, first: Pictures | None = None) -> Pictures:
    """Pictures of an assessment; ``first`` are those of the same study by the networks alone."""
    mask = pack(assessment.segmentation.mask.view(np.uint8))
    return Pictures(
        first.ct if first else pack(assessment.volume.hu.clip(*_HU_RANGE)),
        mask,
        first.network_mask if first else mask,
        pack(_levels(assessment.activation)),
        pack(_filtered(assessment)),
    )


def _levels(activation: NDArray[np.float16]) -> NDArray[np.uint8]:
    levels = np.empty(activation.shape, np.uint8)
    for level, of_slice in zip(levels, activation, strict=True):  # no second volume of floats
        level[:] = np.rint(255 * of_slice.astype(np.float32))
    return levels


def _filtered(assessment: Assessment) -> NDArray[np.uint8]:
    mask, volume = assessment.segmentation.mask, assessment.volume
    levels = np.zeros(mask.shape, np.uint8)
    found = filter_hematoma(volume.hu, mask, volume.geometry)
    if found is not None:
        share = (found.values / COMPACT_HU).clip(0, 1)
        levels[found.box] = np.where(found.mask, np.rint(1 + 254 * share), 0)
    return levels
