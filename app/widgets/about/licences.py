"""The packages HEscope is built on and their licences."""

from importlib.metadata import distributions

import pandas as pd
import streamlit as st


def licences() -> None:
    """Own terms, then a table of what is installed beside the app."""
    st.caption(
        "Code: Apache-2.0. Weights: non-commercial research with attribution; see the model page."
    )
    with st.expander("Packages it is built on"):
        st.dataframe(_installed(), hide_index=True)


@st.cache_data(show_spinner=False)
def _installed() -> pd.DataFrame:
    rows = {
        found.metadata["Name"].lower(): {
            "Package": found.metadata["Name"],
            "Version": found.version,
            "Licence": _licence(found.metadata),
        }
        for found in distributions()
        if found.metadata["Name"]
    }
    return pd.DataFrame([rows[name] for name in sorted(rows)])


def _licence(metadata: object) -> str:
    get = metadata.get_all  # type: ignore[attr-defined]
    stated = get("License-Expression") or get("License") or [""]
    classified = [
        c.rsplit("::", 1)[-1].strip() for c in get("Classifier") or [] if "License ::" in c
    ]
    first_line = str(stated[0]).strip().split("\n")[0]
    named = 0 < len(first_line) <= 60 and first_line != "LICENSE"  # the file, which is no name
    return first_line if named else ", ".join(classified) or "see its files"
