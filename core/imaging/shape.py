"""The irregular shape of a hematoma, as a computed marker."""

import numpy as np
from skimage.measure import regionprops

from core.domain import BoolArray, Geometry
from core.imaging.measures import slice_volumes_ml

IRREGULAR_BELOW_SOLIDITY = 0.845
"""Calibrated to readers, not published.

In the table of Yu 2024 (871 patients, doi 10.1007/s00330-024-10921-2) readers called 8 / 27 / 63 %
of hematomas of 0-9.3 / 9.3-22.3 / 22.3-115 mL irregular.  On the 95 PHE-SICH patients (derived
masks; pixels scaled to a head 150 mm wide, slices 5 mm) this cut-off marks 7 of 52, 8 of 29 and
6 of 14: 13 / 28 / 43 %, 21 in all where the table leads to expect 21 (measured 2026-11-24).  No
single cut-off rises as steeply with volume as the readers do.
"""


def solidity(mask_slice: BoolArray) -> float:
    """Share of its convex hull that one slice's hematoma fills, in (0, 1].

    The hull spans all parts of the hematoma in the slice.  The share does not depend on the pixel
    spacing.  A slice without hematoma has no solidity and is a caller's mistake.
    """
    if not mask_slice.any():
        raise ValueError("The slice holds no hematoma; pass only slices that do.")
    return float(regionprops(mask_slice.astype(np.uint8))[0].solidity)


def mean_solidity(mask: BoolArray, geometry: Geometry) -> float | None:
    """Mean of the slices' solidity, weighted by volume (on even stacks: by area).

    None for an empty mask.
    """
    weights = slice_volumes_ml(mask, geometry)
    held = weights > 0
    if not held.any():
        return None
    solidities = [solidity(mask_slice) for mask_slice in mask[held]]
    return float(np.average(solidities, weights=weights[held]))


def irregular(mask: BoolArray, geometry: Geometry) -> bool:
    """Whether the hematoma counts as irregular; an empty mask does not.

    A candidate marker that needs a reader's confirmation.
    """
    mean = mean_solidity(mask, geometry)
    return mean is not None and mean < IRREGULAR_BELOW_SOLIDITY
