import hashlib

import numpy as np
import pytest

from app.widgets.slice_viewer.edited_mask import edited_mask
from core.errors import UsageError

SHAPE = (1, 2, 4)
MASK = np.array([[[0, 0, 1, 1], [1, 0, 0, 0]]], np.uint8)
MESSAGE = {"edit": hashlib.sha256(MASK).hexdigest(), "shape": [1, 2, 4], "rle": "2 3 3"}


def test_runs_are_off_on_off() -> None:
    mask = edited_mask(MESSAGE, SHAPE)
    assert mask.dtype == bool
    assert mask.tolist() == MASK.astype(bool).tolist()
    assert not mask.flags.writeable


def test_run_lengths_are_in_base_36() -> None:
    mask = np.zeros((1, 1, 36), np.uint8)
    message = {"edit": hashlib.sha256(mask).hexdigest(), "shape": [1, 1, 36], "rle": "10"}
    assert not edited_mask(message, (1, 1, 36)).any()


def test_mask_that_begins_inside_the_hematoma_has_an_empty_first_run() -> None:
    mask = np.ones((1, 1, 2), np.uint8)
    message = {"edit": hashlib.sha256(mask).hexdigest(), "shape": [1, 1, 2], "rle": "0 2"}
    assert edited_mask(message, (1, 1, 2)).all()


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ({"shape": [1, 4, 2]}, "an edit of shape"),
        ({"rle": "2 3 4"}, "an edit of 9 voxels"),
        ({"rle": "zzzzzzzzz 3"}, "an edit of 101559956668418 voxels"),
        ({"rle": "3 2 3"}, "an edit whose SHA-256 is another"),
        ({"rle": "10 -28"}, "an edit without run lengths"),
        ({"rle": ""}, "an edit without run lengths"),
        ({"rle": None}, "an edit without run lengths"),
    ],
)
def test_edit_that_does_not_fit_is_refused(wrong: dict[str, object], found: str) -> None:
    with pytest.raises(UsageError, match=f"Found {found}.*expected one of the open study"):
        edited_mask({**MESSAGE, **wrong}, SHAPE)
