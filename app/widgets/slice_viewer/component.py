"""What the viewer in the browser is given: slices, overlays, geometry, windows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from app import session
from app.opening import OpenStudy
from app.pictures import COMPACT_HU
from app.widgets.slice_viewer.edited_mask import edited_mask
from app.widgets.slice_viewer.rulers import distances_of, rulers_of
from app.widgets.slice_viewer.serving import served
from core.domain import Assessment, BoolArray, FloatArray, Geometry
from core.errors import HescopeError, UsageError
from core.imaging.windows import WINDOWS

_STEEPEST_COSINE = float(np.cos(np.radians(45.0)))  # gantries tilt by 30 degrees at most
_SCRIPTS = (
    "arrays.js",
    "planes.js",
    "drawing.js",
    "editing.js",
    "gestures.js",
    "pane.js",
    "strip.js",
    "controls.js",
    "viewer.js",
)


def _text(*names: str) -> str:
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component(
    "slice_viewer",
    html=_text("viewer.html"),
    css=_text("viewer.css", "stage.css"),
    js=_text(*_SCRIPTS),  # one module: a component takes one text
)


@dataclass(frozen=True, slots=True)
class Goto:
    """A slice to show; ``request`` numbers the requests, so that a slice can be asked for twice."""

    slice: int
    request: int


def slice_viewer(
    key: str,
    study: OpenStudy,
    *,
    goto: Goto | None = None,
    presenter: bool = False,
    on_mask: Callable[[BoolArray], None] = lambda _mask: None,
    on_reset: Callable[[], None] = lambda: None,
) -> None:
    """Slices with hematoma and activation, opened where hematoma is largest or likeliest.

    ``on_mask`` is a callback with the hematoma as the reader outlined it, ``on_reset`` one for the
    wish to have the network's outline back.  Why an edit is refused stands in the viewer, where
    it can be applied again.  The viewer keeps the reader's strokes when the next
    run hands it the assessment of the mask that it sent.  What is measured stays with the study.
    """
    assessment, pictures = study.assessment, study.pictures
    _mount(
        key=key,
        data={
            "ct": served(pictures.ct, f"{key}-ct"),
            "mask": served(pictures.mask, f"{key}-mask"),
            "network_mask": served(pictures.network_mask, f"{key}-network-mask"),
            "activation": served(pictures.activation, f"{key}-activation"),
            "filtered": served(pictures.filtered, f"{key}-filtered"),
            "compact_hu": COMPACT_HU,
            "edited": assessment.segmentation.edited_by_reader,
            "geometry": geometry_props(assessment.volume.geometry),
            "slices": [
                {"area_mm2": round(result.area_mm2, 1), "dl_score": result.dl_score}
                for result in assessment.slices
            ],
            "windows": [
                {"name": w.name, "center": w.center_hu, "width": w.width_hu} for w in WINDOWS
            ],
            "goto": _goto(assessment, goto),
            "presenter": presenter,
            "refused": session.value(_refused(key)),
            "rulers": rulers_of(assessment.distances),
        },
        on_mask_change=lambda: _hand_on(key, assessment, pictures.ct.sha256, on_mask),
        on_reset_change=on_reset,
        on_rulers_change=lambda: _measured(key, study),
    )


def _goto(assessment: Assessment, goto: Goto | None) -> dict[str, object]:
    if goto is not None:
        return {"slice": goto.slice, "token": f"{assessment.input_sha256} {goto.request}"}
    first = max(assessment.slices, key=lambda result: (result.area_mm2, result.p_hematoma)).index
    return {"slice": first, "token": assessment.input_sha256}


def _hand_on(
    key: str, assessment: Assessment, ct_sha256: str, on_mask: Callable[[BoolArray], None]
) -> None:
    """Give an edit to the page, or keep for the viewer why it is refused."""
    message: Mapping[str, object] = session.value(key)["mask"]
    refused = None
    try:
        if message.get("study") != ct_sha256:
            raise UsageError("Found an edit of another study.", "Edit the study that is open.")
        on_mask(edited_mask(message, assessment.volume.geometry.shape))
    except HescopeError as error:
        refused = {
            "request": message.get("request"),
            "message": error.message,
            "remedy": error.remedy,
        }
    session.set_value(_refused(key), refused)


def _measured(key: str, study: OpenStudy) -> None:
    """Keep the distances; those of a study that was closed meanwhile are gone too."""
    message: Mapping[str, object] = session.value(key)["rulers"]
    if message.get("study") == study.pictures.ct.sha256:
        session.keep_distances(study, distances_of(message))


def _refused(key: str) -> str:
    return f"{key}.refused"


def geometry_props(geometry: Geometry) -> dict[str, object]:
    """Where the voxels lie (LPS, mm), so that the browser need not guess."""
    up = _up(geometry)
    return {
        "shape": geometry.shape,
        "pixel_spacing_mm": geometry.pixel_spacing_mm,
        "column_axis": geometry.column_axis.round(6).tolist(),
        "row_axis": geometry.row_axis.round(6).tolist(),
        "normal": geometry.normal.round(6).tolist(),
        "up": up.round(6).tolist(),
        "positions_mm": geometry.positions_mm.round(2).tolist(),
        "offsets_mm": geometry.offsets_mm.round(2).tolist(),
        "marks": {
            "left": _side(-geometry.column_axis),
            "right": _side(geometry.column_axis),
            "top": _side(-geometry.row_axis),
            "bottom": _side(geometry.row_axis),
            "cranial": _side(up),
            "caudal": _side(-up),
        },
    }


def _up(geometry: Geometry) -> FloatArray:
    """Unit vector from slice to slice, square to the columns' axis: the way of the table (LPS).

    Without a tilted gantry it is the slice normal; so it is where a header claims a steeper tilt.
    """
    across = geometry.column_axis
    travel = geometry.positions_mm[-1] - geometry.positions_mm[0]
    way: FloatArray = travel - (travel @ across) * across
    length = np.linalg.norm(way)
    if way @ geometry.normal <= _STEEPEST_COSINE * length:  # as where there is one slice
        return geometry.normal
    return np.asarray(way / length)


def _side(direction: FloatArray) -> str:
    """Letter of the side of the patient that an LPS direction points to most."""
    axis = int(np.abs(direction).argmax())
    return ("RL", "AP", "IS")[axis][int(direction[axis] > 0)]
