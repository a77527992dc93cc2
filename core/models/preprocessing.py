"""What the networks see: one preprocessing for training and inference, and its way back.

Its numbers are the model card's input specification.  Network grid: (slab, row, column), square.
"""

import math
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain import BoolArray, Volume
from core.imaging.head import Box, head_box
from core.imaging.slabs import slab_of_slice

Scalar = TypeVar("Scalar", bound=np.generic)

REACH = 2
"""Slabs above and below a slab that the expansion head sees: 10 mm, two sigma of the filter (L5)
whose risk it learns."""
FIELD_MM = 204.8
"""Side of the networks' square in mm where nothing is known of it."""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """The networks' input: HU window mapped to [0, 1], side in pixels, slab thickness in mm.

    ``classifier_px`` is the side to which the classifier's images are averaged down.
    """

    window_hu: tuple[float, float] = (0.0, 100.0)
    size_px: int = 512
    classifier_px: int = 256
    slab_mm: float = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class PreparedSlices:
    """Slabs on the network grid, and how they lie in the volume.

    ``images`` is float32 in [0, 1], (slabs, size, size); ``slab_of_slice`` (slices,) names the slab
    of each of the scanner's slices; ``box`` is the head's square on the scanner's pixels, and
    ``field_mm`` its side.
    """

    images: NDArray[np.float32]
    slab_of_slice: NDArray[np.intp]
    box: Box
    field_mm: float


def prepare(volume: Volume, spec: InputSpec, box: Box | None = None) -> PreparedSlices:
    """Slabs of a volume as the networks take them: averaged, windowed, head cut out, resized.

    ``box`` is the head's square where it is known, of a part of a stack for example.
    """
    box = box or head_box(volume.hu)
    slabs = slab_of_slice(volume.geometry.offsets_mm, spec.slab_mm)
    # Slab by slab: all thin slices of a study in float32 at once would take a gigabyte.
    images = np.empty((slabs[-1] + 1, spec.size_px, spec.size_px), np.float32)
    for slab, image in enumerate(images):
        # Densities are averaged, as a scanner does: half bone, half brain is no blood.
        hu = volume.hu[slabs == slab].mean(axis=0, keepdims=True, dtype=np.float32)
        image[:] = to_network_grid(_windowed(hu, spec.window_hu), box, spec.size_px)[0]
    field_mm = box.size * math.sqrt(math.prod(volume.geometry.pixel_spacing_mm))
    return PreparedSlices(images, slabs, box, field_mm)


def prepare_mask(mask: BoolArray, prepared: PreparedSlices) -> NDArray[np.float32]:
    """Share of hematoma in each pixel of the slabs, (slabs, size, size), of a scanner-grid mask."""
    size_px = prepared.images.shape[1]
    shares = to_network_grid(mask.astype(np.float32), prepared.box, size_px)
    return _slab_means(shares, prepared.slab_of_slice)


def shrunk(images: NDArray[np.float32], size_px: int) -> NDArray[np.float32]:
    """Images (slabs, S, S) averaged down to (slabs, size, size)."""
    if images.shape[1] == size_px:
        return images
    return np.array([_resized(image, size_px) for image in images], np.float32).reshape(
        -1, size_px, size_px
    )


def stacks(images: NDArray[Scalar], middles: NDArray[np.intp]) -> NDArray[Scalar]:
    """Slabs with their neighbors on either side, (middles, 2 * REACH + 1, S, S).

    At the ends of the study the last slab goes on.
    """
    near = middles[:, np.newaxis] + np.arange(-REACH, REACH + 1)
    stacked: NDArray[Scalar] = images[near.clip(0, len(images) - 1)]
    return stacked


def restore(
    maps: NDArray[np.float32], prepared: PreparedSlices, frame: tuple[int, int]
) -> NDArray[np.float32]:
    """Maps (slabs, size, size) back on the scanner's pixels, (slabs, rows, columns); 0 outside.

    ``frame`` is the scanner's rows and columns.
    """
    box = prepared.box
    restored = np.zeros((len(maps), *frame), np.float32)
    rows, columns = _overlap(box.row, box.size, frame[0]), _overlap(box.column, box.size, frame[1])
    for slab in np.flatnonzero(maps.any(axis=(1, 2))):
        cut = _resized(maps[slab], box.size)
        inside = cut[_shifted(rows, -box.row), _shifted(columns, -box.column)]
        restored[slab, rows, columns] = inside
    return restored


def to_network_grid(slices: NDArray[np.float32], box: Box, size_px: int) -> NDArray[np.float32]:
    """Square of each slice (slices, rows, columns) resized to (slices, size, size); 0 outside.

    For windowed images and masks alike; a mask becomes the share of each pixel that it covers.
    """
    rows = _overlap(box.row, box.size, slices.shape[1])
    columns = _overlap(box.column, box.size, slices.shape[2])
    resized = np.empty((len(slices), size_px, size_px), np.float32)
    for target, source in zip(resized, slices, strict=True):
        cut = np.zeros((box.size, box.size), np.float32)
        cut[_shifted(rows, -box.row), _shifted(columns, -box.column)] = source[rows, columns]
        target[:] = _resized(cut, size_px)
    return resized


def _windowed(hu: NDArray[np.float32], window_hu: tuple[float, float]) -> NDArray[np.float32]:
    low, high = window_hu
    images: NDArray[np.float32] = ((hu - np.float32(low)) / np.float32(high - low)).clip(0, 1)
    return images


def _slab_means(
    images: NDArray[np.float32], slab_of_slice: NDArray[np.intp]
) -> NDArray[np.float32]:
    starts = np.flatnonzero(np.diff(slab_of_slice, prepend=-1))
    counts = np.diff(np.append(starts, len(slab_of_slice)))
    sums: NDArray[np.float32] = np.add.reduceat(images, starts, axis=0)
    sums /= counts[:, None, None].astype(np.float32)
    return sums


def _resized(image: NDArray[np.float32], size_px: int) -> NDArray[np.float32]:
    shrinks = size_px < image.shape[0]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (size_px, size_px), interpolation=method), np.float32)


def _overlap(start: int, size: int, limit: int) -> slice:
    return slice(max(start, 0), min(start + size, limit))


def _shifted(part: slice, by: int) -> slice:
    return slice(part.start + by, part.stop + by)
