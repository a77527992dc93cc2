"""Whether slices lie in the order in which they are numbered."""

from bisect import bisect_left
from collections.abc import Sequence

from core.dicom.findings import Finding
from core.domain import QualityFinding

# Of the slices: with more beside the order of all others, the numbers mean something else.
_FEW = 0.2


def order_findings(numbers: Sequence[float | None]) -> tuple[QualityFinding, ...]:
    """Slices whose place contradicts their number, where nearly all others agree.

    numbers: InstanceNumber (0020,0013) of each slice, None where it has none, in the order of
    ImagePositionPatient along the normal.

    >>> [finding.code for finding in order_findings([1, 2, 6, 4, 5, 3, 7, 8, 9, 10, 11, 12])]
    ['slice-order']
    >>> order_findings([12, 11, 10, 9, 8])
    ()
    """
    known = [one for one in numbers if one is not None]
    if len(set(known)) < len(numbers):
        return ()
    in_order = max(_longest_rising(known), _longest_rising(known[::-1]))
    count = len(known) - in_order
    return (Finding.SLICE_ORDER.told(count=count),) if 0 < count <= _FEW * len(known) else ()


def _longest_rising(numbers: Sequence[float]) -> int:
    """Length of the longest subsequence that rises."""
    ends: list[float] = []  # of the rising subsequences of each length, the least
    for one in numbers:
        at = bisect_left(ends, one)
        ends[at : at + 1] = [one]
    return len(ends)
