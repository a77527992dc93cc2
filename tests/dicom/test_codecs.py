from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread, uid
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import get_decoder

from core.dicom import choose_head_ct, find_series, read_volume
from core.dicom.codecs import register
from core.dicom.values import UNREADABLE
from core.domain import Volume
from tests.dicom.compress import ENCODERS, compress, replace_pixels

Write = Callable[..., list[Path]]

LOSSY = (uid.JPEGExtended12Bit, uid.HTJ2K)
# What the encoders of tests.dicom.compress lose at their settings, where air borders bone.
LOST_HU = 5


def read(folder: Path) -> Volume:
    return read_volume(choose_head_ct(find_series(folder)))


def hematoma_voxels(hu: np.ndarray) -> int:
    """Voxels between brain (30 HU) and bone (1000 HU), within the head's inside."""
    return int(np.count_nonzero((hu > 48) & (hu < 90)))


@pytest.mark.parametrize("syntax", sorted(set(ENCODERS) - set(LOSSY)))
def test_losslessly_compressed_slices_are_read_to_the_voxel(
    syntax: str, write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    compress(write_head(), syntax)

    volume = read(tmp_path)

    np.testing.assert_array_equal(volume.hu, hu)
    assert volume.findings == ()


@pytest.mark.parametrize("syntax", LOSSY)
def test_lossily_compressed_slices_keep_density_and_volume(
    syntax: str, write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    compress(write_head(header={"BitsStored": 12, "HighBit": 11}), syntax)

    volume = read(tmp_path)

    assert np.abs(volume.hu.astype(int) - hu).max() <= LOST_HU
    assert hematoma_voxels(volume.hu) == pytest.approx(hematoma_voxels(hu), rel=0.01)


@pytest.mark.parametrize("syntax", [uid.JPEGLossless, uid.JPEGLosslessSV1])
def test_signed_samples_keep_their_sign(
    syntax: str, write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    # Stored as HU in 12 bits of two's complement, which JPEG takes for numbers without a sign.
    header = {"RescaleIntercept": 0, "PixelRepresentation": 1, "BitsStored": 12, "HighBit": 11}
    for path, in_hu in zip(write_head(header=header), hu, strict=True):
        low_bits = (in_hu.astype(np.int32) & 0x0FFF).astype(np.uint16)
        replace_pixels(path, ENCODERS[syntax](low_bits), syntax)

    np.testing.assert_array_equal(read(tmp_path).hu, hu)


@pytest.mark.parametrize("syntax", [uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL])
def test_signed_high_throughput_samples_keep_their_sign(
    syntax: str, write_head: Write, hu: np.ndarray, tmp_path: Path
) -> None:
    for path, in_hu in zip(
        write_head(header={"RescaleIntercept": 0, "PixelRepresentation": 1}), hu, strict=True
    ):
        replace_pixels(path, ENCODERS[syntax](in_hu), syntax)

    np.testing.assert_array_equal(read(tmp_path).hu, hu)


@pytest.mark.parametrize(
    ("rle", "plain"),
    [
        ("MR_small_RLE.dcm", "MR_small.dcm"),  # 16 bits, signed
        ("rtdose_rle.dcm", "rtdose.dcm"),  # 32 bits, 15 frames
    ],
)
def test_run_lengths_are_read_to_the_bit(rle: str, plain: str) -> None:
    register()
    read, wanted = (dcmread(get_testdata_file(name, download=False)) for name in (rle, plain))
    assert get_decoder(uid.RLELossless).available_plugins == ("imagecodecs",)
    np.testing.assert_array_equal(read.pixel_array, wanted.pixel_array)


@pytest.mark.parametrize("wrong", [{0: 1}, {0: 3}, {2: 0xFFFFFFFF}, {1: 100, 2: 110}])
def test_damaged_run_lengths_are_no_image(wrong: dict[int, int]) -> None:
    register()
    damaged = dcmread(get_testdata_file("MR_small_RLE.dcm"))
    (encoded,) = generate_frames(damaged.PixelData, number_of_frames=1)
    header = np.frombuffer(encoded[:64], "<u4").copy()  # count and starts of the segments
    for place, value in wrong.items():
        header[place] = value
    damaged.PixelData = encapsulate([header.tobytes() + encoded[64:]])
    with pytest.raises(UNREADABLE):
        damaged.pixel_array  # noqa: B018  decoded when it is asked for
