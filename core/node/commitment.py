"""Storage commitment (PS3.4 annex J): whether a node answers for what it was sent."""

from collections.abc import Iterable, Iterator

from pydicom import Dataset
from pydicom.uid import UID, generate_uid

from core.dicom.values import text
from core.node.state import Delivery

WELL_KNOWN = "1.2.840.10008.1.20.1.1"
"""SOP Instance UID of the push model."""
REQUEST = 1
"""Action type."""
FAILURES = 2
"""Event type of a report that not everything is committed to."""
_NO_RESOURCES = 0x0213  # failure reason, PS3.3 C.14.1.1


def transaction_uid(delivery: Delivery) -> UID:
    """Transaction UID of a delivery, the same whenever it is asked about."""
    return generate_uid(
        entropy_srcs=["commitment", delivery.study_uid, delivery.result, delivery.destination]
    )


def request(delivery: Delivery, sent: Iterable[Dataset]) -> Dataset:
    """Action information that asks about objects, by their SOP class and instance UIDs."""
    asked = Dataset()
    asked.TransactionUID = transaction_uid(delivery)
    asked.ReferencedSOPSequence = [_reference(one, "") for one in sent]
    return asked


def no_commitment(asked: Dataset) -> Dataset:
    """Event information that commits to nothing of what was asked about."""
    report = Dataset()
    report.TransactionUID = asked.TransactionUID
    report.FailedSOPSequence = [
        _reference(one, "Referenced") for one in asked.ReferencedSOPSequence
    ]
    for one in report.FailedSOPSequence:
        one.FailureReason = _NO_RESOURCES
    return report


def commitments(deliveries: Iterable[Delivery], report: Dataset) -> Iterator[Delivery]:
    """The deliveries that a report commits to; none where it names a failure."""
    if report.get("FailedSOPSequence"):
        return
    reported = text(report, "TransactionUID")
    yield from (one for one in deliveries if transaction_uid(one) == reported)


def _reference(one: Dataset, kind: str) -> Dataset:
    """Reference to an object, or to what one refers to by UIDs of a kind."""
    reference = Dataset()
    reference.ReferencedSOPClassUID = one[f"{kind}SOPClassUID"].value
    reference.ReferencedSOPInstanceUID = one[f"{kind}SOPInstanceUID"].value
    return reference
