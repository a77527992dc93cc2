"""The hematoma's mask as a reader sends it from the browser."""

import hashlib
import re
from collections.abc import Mapping

import numpy as np

from core.domain import BoolArray
from core.errors import UsageError

_RUNS = re.compile(r"[0-9a-z]{1,9}( [0-9a-z]{1,9})*")  # base 36; nine digits count any volume


def edited_mask(message: Mapping[str, object], shape: tuple[int, int, int]) -> BoolArray:
    """Mask of an edited hematoma, bool (slices, rows, columns).

    message: ``shape``, ``rle`` (lengths of the runs off, on, off, … in base 36) and ``edit``
    (SHA-256 of the mask as bytes 0 and 1).

    Raises
    ------
    UsageError
        The message does not fit the study, or is incomplete.
    """
    rle = message.get("rle")
    if message.get("shape") != list(shape):
        raise _unfit(f"an edit of shape {message.get('shape')}")
    if not isinstance(rle, str) or not _RUNS.fullmatch(rle):
        raise _unfit("an edit without run lengths")
    runs = [int(run, 36) for run in rle.split(" ")]
    if sum(runs) != np.prod(shape):
        raise _unfit(f"an edit of {sum(runs)} voxels")
    mask = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(shape)
    if message.get("edit") != hashlib.sha256(mask.tobytes()).hexdigest():
        raise _unfit("an edit whose SHA-256 is another")
    mask.setflags(write=False)
    return mask


def _unfit(found: str) -> UsageError:
    return UsageError(
        f"Found {found}, expected one of the open study.", "Apply it again, or reload the page."
    )
