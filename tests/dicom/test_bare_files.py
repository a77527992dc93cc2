"""Files as some gateways write them: the data set alone, with no preamble or no file meta."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from core.dicom import choose_head_ct, find_series, read_volume
from core.dicom.values import read_dataset
from tests.dicom.forms import strip

Write = Callable[..., list[Path]]


@pytest.mark.parametrize(("implicit", "little"), [(True, True), (False, True), (False, False)])
def test_data_set_alone_is_read(
    implicit: bool, little: bool, write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    for path in write_head():
        strip(path, implicit=implicit, little=little)

    volume = read_volume(choose_head_ct(find_series(tmp_path)))

    np.testing.assert_array_equal(volume.hu, hu)
    assert volume.findings == ()


def test_file_meta_without_preamble_is_read(
    write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    for path in write_head():
        path.write_bytes(path.read_bytes()[132:])

    np.testing.assert_array_equal(read_volume(choose_head_ct(find_series(tmp_path))).hu, hu)


def test_preamble_without_file_meta_is_read(
    write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    for path in write_head():
        strip(path, implicit=True)
        path.write_bytes(bytes(128) + b"DICM" + path.read_bytes())

    np.testing.assert_array_equal(read_volume(choose_head_ct(find_series(tmp_path))).hu, hu)


@pytest.mark.parametrize("content", [b"\x08\x00", b"\x08\x00\x05\x00" + b"\xff" * 2000, b"", b"MZ"])
def test_what_only_looks_like_a_data_set_is_passed_over(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(content)

    assert find_series(tmp_path) == ()


def test_a_whole_file_is_left_as_it_is(write_head: Write) -> None:
    path = write_head()[0]

    assert read_dataset(path).file_meta == dcmread(BytesIO(path.read_bytes())).file_meta
