"""Decoders for the compressions that pydicom and Pillow leave out: JPEG beyond 8 bits, and HTJ2K.

imagecodecs (BSD) holds libjpeg-turbo and OpenJPEG, which cover them all.  pylibjpeg's plugin for
JPEG is under the GPL, which a program under Apache-2.0 cannot bundle; GDCM by way of pydicom reads
no JPEG Extended of 12 bits, and no HTJ2K.
"""

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.pixels.decoders import base
from pydicom.pixels.decoders.base import DecodeRunner

_JPEG = (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1)
_HTJ2K = (uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K)

DECODER_DEPENDENCIES = {syntax: ("imagecodecs",) for syntax in (*_JPEG, *_HTJ2K)}
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
            decoder.add_plugin(_PLUGIN, (__name__, "decode_frame"))


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


def _signed(samples: NDArray[np.integer], bits: int) -> NDArray[np.integer]:
    """Samples whose lowest bits are a two's complement: JPEG itself knows no sign."""
    unused = 8 * samples.itemsize - bits
    extended: NDArray[np.integer] = (samples << unused).view(f"i{samples.itemsize}") >> unused
    return extended
