"""Arrays on their way to the browser: gzipped once, fetched by the browser once."""

import gzip
import hashlib
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime import get_instance


@dataclass(frozen=True, slots=True)
class PackedArray:
    """An array as the browser fetches it: C order, little endian, gzip."""

    sha256: str
    dtype: str
    gz: bytes


def pack(array: NDArray[np.int16] | NDArray[np.uint8]) -> PackedArray:
    """The array packed, named by the SHA-256 of its bytes."""
    raw = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    # Level 1: higher ones take five times as long for a few percent.
    packed = gzip.compress(raw, 1, mtime=0)
    return PackedArray(hashlib.sha256(raw).hexdigest(), array.dtype.name, packed)


def served(array: PackedArray, place: str) -> dict[str, str]:
    """Address at which the browser finds an array, with its hash and type.

    To be called on every run: Streamlit drops what a run did not ask for.  ``place`` is unique on
    the page.  Streamlit's media manager is not public, and this is its only use.
    """
    url = get_instance().media_file_mgr.add(
        array.gz,
        "application/gzip",  # the server leaves this type as it is
        place,
        # Streamlit's own id looks at parts of a large file only: other slices, same id.
        file_name=array.sha256,
    )
    base = st.get_option("server.baseUrlPath").strip("/")
    return {
        "url": f"/{base}{url}" if base else url,
        "sha256": array.sha256,
        "dtype": array.dtype,
    }
