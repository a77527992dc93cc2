"""Compresses the slices of a written series, by each transfer syntax that a hospital sends."""

from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import dcmread, uid
from pydicom.encaps import encapsulate

Encode = Callable[[np.ndarray], bytes]


def _lossless(predictor: int) -> Encode:
    return lambda samples: imagecodecs.jpeg8_encode(
        samples, lossless=True, predictor=predictor, bitspersample=16
    )


ENCODERS: dict[str, Encode] = {
    # Selection Value 6, by an encoder (liblj92) that is not the decoder's library.
    uid.JPEGLossless: imagecodecs.ljpeg_encode,
    uid.JPEGLosslessSV1: _lossless(1),
    uid.JPEGExtended12Bit: lambda samples: imagecodecs.jpeg8_encode(
        samples, level=98, bitspersample=12
    ),
    uid.HTJ2KLossless: lambda samples: imagecodecs.htj2k_encode(samples, reversible=True),
    uid.HTJ2KLosslessRPCL: lambda samples: imagecodecs.htj2k_encode(samples, reversible=True),
    uid.HTJ2K: lambda samples: imagecodecs.htj2k_encode(samples, level=1e-5, reversible=False),
    uid.JPEGLSLossless: imagecodecs.jpegls_encode,
    uid.JPEG2000Lossless: lambda samples: imagecodecs.jpeg2k_encode(
        samples, codecformat="j2k", reversible=True
    ),
}


def compress(paths: list[Path], syntax: str) -> None:
    """Rewrite uncompressed files in place, with their pixels compressed."""
    for path in paths:
        replace_pixels(path, ENCODERS[syntax](dcmread(path).pixel_array), syntax)


def replace_pixels(path: Path, encoded: bytes, syntax: str) -> None:
    """Put one compressed frame for the pixels of a file."""
    dataset = dcmread(path)
    dataset.PixelData = encapsulate([encoded])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = uid.UID(syntax)
    dataset.save_as(path)
