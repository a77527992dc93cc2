"""Decoders for the compressions that pydicom and Pillow leave out: JPEG beyond 8 bits, and HTJ2K;
and for RLE, which pydicom decodes in Python, a byte at a time.

imagecodecs (BSD) holds libjpeg-turbo and OpenJPEG, which cover them all.  pylibjpeg's plugin for
JPEG is under the GPL, which a program under Apache-2.0 cannot bundle; GDCM by way of pydicom reads
no JPEG Extended of 12 bits, and no HTJ2K.
"""

import struct

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.pixels.decoders import base
from pydicom.pixels.decoders.base import DecodeRunner

_JPEG = (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1)
_HTJ2K = (uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K)

DECODER_DEPENDENCIES = {syntax: ("imagecodecs",) for syntax in (*_JPEG, *_HTJ2K, uid.RLELossless)}
"""What pydicom asks a module of decoders for: the packages for each transfer syntax."""

_NATIVE = (
    *(uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian),
    *(uid.DeflatedExplicitVRLittleEndian, uid.ExplicitVRBigEndian),
)
_PLUGIN = "imagecodecs"


def register() -> None:
    """Teach pydicom's decoders; once for the process, before any thread decodes."""
    for syntax in DECODER_DEPENDENCIES:
        decoder = base.get_decoder(syntax)
        if _PLUGIN not in decoder.available_plugins:
            is_rle = syntax == uid.RLELossless
            if is_rle:
                decoder.remove_plugin("pydicom")  # the first is asked first
            decoder.add_plugin(_PLUGIN, (__name__, "decode_rle" if is_rle else "decode_frame"))


def can_decode(syntax: uid.UID) -> bool:
    """Whether pixels of a transfer syntax can be read here; damage is another matter."""
    try:
        return syntax in _NATIVE or base.get_decoder(syntax).is_available
    except NotImplementedError:  # pydicom knows no such transfer syntax
        return False


def is_available(syntax: str) -> bool:
    """Whether a transfer syntax can be decoded here; asked by pydicom."""
    return syntax in DECODER_DEPENDENCIES


def decode_frame(encoded: bytes, runner: DecodeRunner) -> bytes:
    """One frame as the bytes of its samples; called by pydicom.

    Raises one of imagecodecs' errors (RuntimeError, ValueError) where the frame is damaged.
    """
    is_jpeg = runner.transfer_syntax in _JPEG
    # OpenJPEG reads HTJ2K too; htj2k_decode swallows the error of a damaged frame.
    decode = imagecodecs.jpeg8_decode if is_jpeg else imagecodecs.jpeg2k_decode
    samples = np.asarray(decode(encoded))
    runner.set_option("bits_allocated", 8 * samples.itemsize)
    runner.set_option("planar_configuration", 0)
    if runner.pixel_representation == 1:
        samples = _signed(samples, runner.bits_stored)
    return np.ascontiguousarray(samples).tobytes()


def decode_rle(encoded: bytes, runner: DecodeRunner) -> bytes:
    """One frame of RLE (PS3.5 Annex G) as the bytes of its samples; called by pydicom.

    Raises ValueError, struct.error or one of imagecodecs' errors where the frame is damaged.
    """
    count, *starts = struct.unpack("<16L", encoded[:64])
    samples, width = runner.samples_per_pixel, runner.bits_allocated // 8
    if count != samples * width:
        raise ValueError(f"Found {count} RLE segments, expected {samples * width}.")
    ends = (*starts[1:count], len(encoded))
    pixels = runner.rows * runner.columns
    segments = [
        np.frombuffer(imagecodecs.packbits_decode(encoded[start:end]), np.uint8)[:pixels]
        for start, end in zip(starts, ends, strict=False)  # 15 are named, used or not
    ]
    runner.set_option("planar_configuration", 1)
    # A segment holds one byte of every pixel, the most significant first.
    little_endian = np.reshape(segments, (samples, width, pixels))[:, ::-1]
    return little_endian.transpose(0, 2, 1).tobytes()


def _signed(samples: NDArray[np.integer], bits: int) -> NDArray[np.integer]:
    """Samples whose lowest bits are a two's complement: JPEG itself knows no sign."""
    unused = 8 * samples.itemsize - bits
    extended: NDArray[np.integer] = (samples << unused).view(f"i{samples.itemsize}") >> unused
    return extended
