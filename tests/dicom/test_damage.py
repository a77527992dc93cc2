from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread, uid

from core.dicom import (
    choose_head_ct,
    find_series,
    read_volume,
    refuse_hematoma_beside_damage,
)
from core.domain import Severity, Volume
from core.errors import StudyUnusableError
from tests.dicom.compress import ENCODERS, compress, replace_pixels

Write = Callable[..., list[Path]]


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def read(folder: Path) -> Volume:
    return read_volume(choose_head_ct(find_series(folder)))


@pytest.mark.parametrize("damaged", [[0], [23], [0, 1], [0, 1, 22, 23]])
def test_damaged_end_slices_are_left_out_and_told(
    damaged: list[int], write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    paths = write_head()
    for index in damaged:
        cut_short(paths[index])

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, np.delete(hu, damaged, axis=0))
    (found,) = volume.findings
    assert (found.code, found.severity) == ("damaged-end-slices", Severity.WARNING)
    assert found.message.startswith(f"{len(damaged)} slice(s)")
    # 5 mm apart, from 20 mm on
    assert volume.lost_mm == pytest.approx(sorted(20.0 + 5.0 * i for i in damaged))


@pytest.mark.parametrize("damaged", [[12], [1], [0, 1, 2], [21, 22, 23], list(range(24))])
def test_damage_within_the_stack_or_of_more_than_its_end_is_refused(
    damaged: list[int], write_head: Write, tmp_path: Path
) -> None:
    paths = write_head()
    for index in damaged:
        cut_short(paths[index])

    with pytest.raises(StudyUnusableError, match="cannot be decoded") as refusal:
        read(tmp_path)
    assert "compress" not in refusal.value.message


def test_damaged_copy_of_an_intact_slice_does_not_matter(
    write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    path = write_head()[12]
    copy = tmp_path / "copy.dcm"
    copy.write_bytes(path.read_bytes())
    cut_short(copy)

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    assert volume.lost_mm == ()


@pytest.mark.parametrize("syntax", [uid.JPEGLosslessSV1, uid.HTJ2KLossless, uid.JPEG2000Lossless])
def test_damage_within_a_compressed_slice_is_told_as_damage(
    syntax: str, write_head: Write, tmp_path: Path
) -> None:
    paths = write_head()
    compress(paths, syntax)
    content = bytearray(paths[12].read_bytes())
    start = content.index(b"\xff\xd8" if syntax == uid.JPEGLosslessSV1 else b"\xff\x4f")
    content[start : start + 40] = bytes(40)
    paths[12].write_bytes(content)

    with pytest.raises(StudyUnusableError, match="damaged"):
        read(tmp_path)


@pytest.mark.parametrize("syntax", [uid.HTJ2KLossless, uid.JPEG2000Lossless])
def test_compressed_slice_cut_short_is_told_as_damage(
    syntax: str, write_head: Write, tmp_path: Path
) -> None:
    path = write_head()[12]
    encoded = ENCODERS[syntax](dcmread(path).pixel_array)
    replace_pixels(path, encoded[: len(encoded) // 2], syntax)

    with pytest.raises(StudyUnusableError, match="damaged"):
        read(tmp_path)


@pytest.mark.parametrize("syntax", [uid.MPEG2MPML, uid.UID("1.2.3.4711")])
def test_unknown_compression_is_told_as_such(
    syntax: uid.UID, write_head: Write, tmp_path: Path
) -> None:
    for path in write_head():
        dataset = dcmread(path)
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
        dataset.PixelData = b"\xfe\xff\x00\xe0" + bytes(4) + b"\xfe\xff\x00\xe0\x04\0\0\0abcd"
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.save_as(path, implicit_vr=False, little_endian=True)

    with pytest.raises(StudyUnusableError, match="compressed by") as refusal:
        read(tmp_path)
    assert "damaged" not in refusal.value.message


@pytest.mark.parametrize(("hematoma_slice", "refused"), [(22, True), (21, False), (0, False)])
def test_hematoma_beside_a_damaged_slice_is_refused(
    hematoma_slice: int, refused: bool, write_head: Write, tmp_path: Path
) -> None:
    cut_short(write_head()[23])
    volume = read(tmp_path)
    mask = np.zeros(volume.hu.shape, bool)
    mask[hematoma_slice, 30, 30] = True

    if refused:
        with pytest.raises(StudyUnusableError, match="reaches the slices"):
            refuse_hematoma_beside_damage(volume, mask)
    else:
        refuse_hematoma_beside_damage(volume, mask)
