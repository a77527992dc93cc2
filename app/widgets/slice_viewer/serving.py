"""Where the browser finds an array, which it fetches once."""

import streamlit as st
from streamlit.runtime import get_instance

from app.pictures import PackedArray


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
