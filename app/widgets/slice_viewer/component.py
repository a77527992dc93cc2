"""What the viewer in the browser is given: slices, overlays, geometry, windows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from app.widgets.slice_viewer.packing import PackedArray, pack, served
from core.domain import Assessment, FloatArray, Geometry
from core.imaging.windows import WINDOWS


def _text(*names: str) -> str:
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component(
    "slice_viewer",
    html=_text("viewer.html"),
    css=_text("viewer.css"),
    js=_text("arrays.js", "drawing.js", "viewer.js"),  # one module: a component takes one text
)
# drawing.js has a gray level for each of the 4096 densities that 12 bits hold.
_HU_RANGE = (-1024, 3071)


@dataclass(frozen=True, slots=True)
class ViewerImages:
    """What the viewer draws, all on the scanner's grid: CT in HU, mask 0 or 1, activation 0-255."""

    ct: PackedArray
    mask: PackedArray
    activation: PackedArray


def slice_viewer(key: str, assessment: Assessment) -> None:
    """Axial slices with outline and activation, opened where hematoma is largest or likeliest."""
    images = _images(assessment)
    first = max(assessment.slices, key=lambda result: (result.area_mm2, result.p_hematoma)).index
    _mount(
        key=key,
        data={
            "ct": served(images.ct, f"{key}-ct"),
            "mask": served(images.mask, f"{key}-mask"),
            "activation": served(images.activation, f"{key}-activation"),
            "geometry": geometry_props(assessment.volume.geometry),
            "windows": [
                {"name": w.name, "center": w.center_hu, "width": w.width_hu} for w in WINDOWS
            ],
            "goto": {"slice": first, "token": images.mask.sha256},
        },
    )


def _identity(assessment: Assessment) -> tuple[str, str]:
    return assessment.input_sha256, assessment.model.sha256


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Assessment: _identity})
def _images(assessment: Assessment) -> ViewerImages:
    return ViewerImages(
        ct=pack(assessment.volume.hu.clip(*_HU_RANGE)),
        mask=pack(assessment.segmentation.mask.astype(np.uint8)),
        activation=pack(np.rint(255 * assessment.activation).astype(np.uint8)),
    )


def geometry_props(geometry: Geometry) -> dict[str, object]:
    """Where the voxels lie (LPS, mm), so that the browser need not guess."""
    return {
        "shape": geometry.shape,
        "pixel_spacing_mm": geometry.pixel_spacing_mm,
        "column_axis": geometry.column_axis.round(6).tolist(),
        "row_axis": geometry.row_axis.round(6).tolist(),
        "positions_mm": geometry.positions_mm.round(2).tolist(),
        "offsets_mm": geometry.offsets_mm.round(2).tolist(),
        "marks": {
            "left": _side(-geometry.column_axis),
            "right": _side(geometry.column_axis),
            "top": _side(-geometry.row_axis),
            "bottom": _side(geometry.row_axis),
        },
    }


def _side(direction: FloatArray) -> str:
    """Letter of the side of the patient that an LPS direction points to most."""
    axis = int(np.abs(direction).argmax())
    return ("RL", "AP", "IS")[axis][int(direction[axis] > 0)]
