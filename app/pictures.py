"""What the viewer shows of a study, packed for the browser in the thread that assessed it.

The page, which others wait for too, only hands it on.
"""

import gzip
import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain import Assessment

# drawing.js has a gray level for each of the 4096 densities that 12 bits hold.
_HU_RANGE = (-1024, 3071)


@dataclass(frozen=True, slots=True)
class PackedArray:
    """An array as the browser fetches it: C order, little endian, gzip."""

    sha256: str
    dtype: str
    gz: bytes


@dataclass(frozen=True, slots=True)
class Pictures:
    """CT in HU, mask 0 or 1, activation 0-255, all on the scanner's grid."""

    ct: PackedArray
    mask: PackedArray
    activation: PackedArray

    @property
    def nbytes(self) -> int:
        """Bytes of all, packed."""
        return len(self.ct.gz) + len(self.mask.gz) + len(self.activation.gz)


def pack(array: NDArray[np.int16] | NDArray[np.uint8]) -> PackedArray:
    """The array packed, named by the SHA-256 of its bytes."""
    raw = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    # Level 1: higher ones take five times as long for a few percent.
    packed = gzip.compress(raw, 1, mtime=0)
    return PackedArray(hashlib.sha256(raw).hexdigest(), array.dtype.name, packed)


def pictures_of(assessment: Assessment, ct: PackedArray | None = None) -> Pictures:
    """Pictures of an assessment; ``ct`` is that of the same study, where it was packed before."""
    return Pictures(
        ct or pack(assessment.volume.hu.clip(*_HU_RANGE)),
        pack(assessment.segmentation.mask.view(np.uint8)),
        pack(np.rint(255 * assessment.activation).astype(np.uint8)),
    )
