"""Multi-frame CT as the slices that it holds.

Enhanced CT (PS3.3 A.38) and its legacy-converted form (A.70) say in functional groups, shared by
all frames or of one frame each, what a classic slice says in its own header.
"""

from collections.abc import Iterator

from pydicom import Dataset
from pydicom.tag import Tag

from core.dicom.values import UNREADABLE, number, value

FUNCTIONAL_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


def frames(dataset: Dataset) -> list[Dataset]:
    """A header for each frame, as that of a classic slice; the data set itself where it is one.

    The functional groups of the frame, then those that all share, take the place of what the data
    set says outside them.

    Raises one of ``UNREADABLE`` where there are not as many frames as groups.
    """
    of_each = value(dataset, "PerFrameFunctionalGroupsSequence")
    if of_each is None:
        return [dataset]
    if len(of_each) != int(number(dataset, "NumberOfFrames") or 1):
        raise ValueError("as many frames as functional groups are expected")
    common = Dataset()
    common.update({tag: raw for tag, raw in dataset.items() if tag not in _OWN_TAGS})
    for shared in value(dataset, "SharedFunctionalGroupsSequence") or ():
        _flatten(shared, common)
    return [_with_groups(common, groups) for groups in of_each]


_OWN_TAGS = frozenset(Tag(keyword) for keyword in (*FUNCTIONAL_GROUPS, "PixelData"))


def _with_groups(common: Dataset, groups: Dataset) -> Dataset:
    frame = Dataset()
    frame.update(dict(common.items()))
    _flatten(groups, frame)
    return frame


def _flatten(groups: Dataset, target: Dataset) -> None:
    """Put the elements of every group of one item into ``target``."""
    for group in _sequences(groups):
        if len(group) == 1:
            target.update(dict(group[0].items()))


def _sequences(groups: Dataset) -> Iterator[list[Dataset]]:
    for tag, _ in groups.items():
        try:
            element = groups[tag]
        except UNREADABLE:  # a damaged group says nothing
            continue
        if element.VR == "SQ":
            yield list(element.value)
