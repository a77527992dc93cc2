"""Series of one slice each, as some gateways make them, put together again by what they share."""

from collections.abc import Sequence

import numpy as np

from core.dicom.slice_header import SliceHeader
from core.dicom.stack import distinct_positions
from core.dicom.values import text

_SHARED = (
    *("StudyInstanceUID", "FrameOfReferenceUID", "Modality", "SOPClassUID", "Rows", "Columns"),
    *("SeriesDescription", "ConvolutionKernel", "ContrastBolusAgent", "SliceThickness"),
)
# A localizer and its lateral view are two slices of the same kind, and no stack.
_LEAST_SLICES = 3

Stack = list[SliceHeader]


def regrouped(stacks: Sequence[Stack]) -> list[Stack]:
    """The stacks, those of one position each joined where they share all but their series.

    They must agree in study, frame of reference, matrix, plane, kind of image, description, kernel,
    contrast and slice thickness, and lie at as many positions as there are of them: what overlaps
    may be two scans, and stays apart.  Number and time of the series are believed first: they
    tell two scans of one hour apart, unless the gateway counts slices by them too.
    """
    by_number = _joined(stacks, ("SeriesNumber", "SeriesTime"))
    return _joined(by_number, ())


def _joined(stacks: Sequence[Stack], also: tuple[str, ...]) -> list[Stack]:
    families: dict[tuple[str, ...], list[Stack]] = {}
    for stack in stacks:
        families.setdefault(_family(stack, also), []).append(stack)
    joined = []
    for family in families.values():
        if len(family) >= _LEAST_SLICES and _lie_apart(family):
            joined.append([header for stack in family for header in stack])
        else:
            joined += family
    return joined


def _family(stack: Stack, also: tuple[str, ...]) -> tuple[str, ...]:
    """What slices of one stack share; for what cannot be joined, something of its own."""
    first = stack[0]
    if first.plane is None or len(_positions(stack)) > 1:
        return (str(id(stack)),)
    plane = (
        np.round(
            [*first.plane.column_axis, *first.plane.row_axis, *first.plane.pixel_spacing_mm], 2
        )
        + 0.0
    )
    shared = (text(first.dataset, keyword) for keyword in (*_SHARED, *also))
    return *shared, *first.image_type, *map(str, plane.tolist())


def _lie_apart(family: Sequence[Stack]) -> bool:
    normals_agree = all(
        stack[0].plane is not None
        and family[0][0].plane is not None
        and stack[0].plane.is_parallel(family[0][0].plane)
        for stack in family
    )
    positions = _positions([header for stack in family for header in stack])
    return normals_agree and len(positions) == len(family)


def _positions(stack: Stack) -> list[int]:
    planes = [header.plane for header in stack if header.plane is not None]
    offsets_mm = np.array([plane.position_mm @ planes[0].normal for plane in planes])
    return [int(i) for i in distinct_positions(offsets_mm)]
