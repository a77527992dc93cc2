"""Sends results to other nodes: what cannot be sent stays queued and is tried again."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pydicom import Dataset, dcmread
from pynetdicom.sop_class import StorageCommitmentPushModel  # type: ignore[attr-defined]

from core.node.address import Address, parse_address
from core.node.associate import NodeError, associated, calling_entity, web_client
from core.node.commitment import REQUEST, WELL_KNOWN, request
from core.node.settings import NodeSettings
from core.node.state import Delivery, State
from core.node.store import Store

_LOOK_S = 0.5
_LONGEST_RETRY_S = 3600.0
_MANY = 8  # objects in one request of DICOMweb


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends what is queued in a store."""

    store: Store
    state: State
    settings: NodeSettings

    def send_until(self, ended: threading.Event) -> None:
        """Send results as they become due."""
        while not ended.is_set():
            if not self.send_next():
                ended.wait(_LOOK_S)

    def send_next(self) -> bool:
        """Whether results were due; then they were sent, or wait again."""
        delivery = self.state.next_delivery()
        if delivery is None:
            return False
        files = self.store.objects(delivery.study_uid, delivery.result)
        try:
            if not files:
                raise NodeError("The results are not in the store.", "Have the study sent again.")
            sent = send(files, parse_address(delivery.destination), self.settings)
        except NodeError as error:
            wait_s = min(self.settings.retry_s * 2**delivery.attempts, _LONGEST_RETRY_S)
            self.state.not_sent(delivery, error.message, wait_s=wait_s)
        else:
            self.state.sent(delivery, objects=len(files))
            self._ask_for_commitment(delivery, sent)
        return True

    def _ask_for_commitment(self, delivery: Delivery, sent: Sequence[Dataset]) -> None:
        """Ask a node to answer for what it was sent, if it offers that; it answers when it likes,
        to the address that we listen on.
        """
        address = parse_address(delivery.destination)
        if address.url:
            return
        entity = calling_entity(self.settings)
        entity.add_requested_context(StorageCommitmentPushModel)
        try:
            with associated(entity, address, self.settings) as association:
                asked = request(delivery, sent)
                association.send_n_action(asked, REQUEST, StorageCommitmentPushModel, WELL_KNOWN)
        except (NodeError, ValueError, RuntimeError):
            return  # not offered


def send(files: Sequence[Path], address: Address, settings: NodeSettings) -> list[Dataset]:
    """Headers of the DICOM objects that were sent: all of them.

    Raises
    ------
    NodeError
        The node could not be reached, or did not take every one.
    """
    return _stow(files, address) if address.url else _store(files, address, settings)


def _store(files: Sequence[Path], address: Address, settings: NodeSettings) -> list[Dataset]:
    entity = calling_entity(settings)
    headers: list[Dataset] = [dcmread(file, stop_before_pixels=True) for file in files]
    kinds = {(one.SOPClassUID, one.file_meta.TransferSyntaxUID) for one in headers}
    for sop_class, syntax in sorted(kinds):
        entity.add_requested_context(sop_class, syntax)
    with associated(entity, address, settings) as association:
        for file in files:
            try:
                status = association.send_c_store(file)
            except (ValueError, RuntimeError) as error:
                raise _not_taken("takes no objects of this kind, or broke off") from error
            if "Status" not in status:
                raise _not_taken("broke off")
            if status.Status and status.Status >> 12 != 0xB:  # a warning: it is stored
                raise _not_taken(f"answered an object with status {status.Status:04X}")
    return headers


def _stow(files: Sequence[Path], address: Address) -> list[Dataset]:
    headers: list[Dataset] = []
    with web_client(address) as client:
        for some in _batches(files):
            objects = [dcmread(file) for file in some]
            answer = client.store_instances(objects)
            if answer.get("FailedSOPSequence"):
                raise _not_taken("refused an object")
            headers += objects
    return headers


def _batches(files: Sequence[Path]) -> Iterator[list[Path]]:
    left = iter(files)
    while some := list(islice(left, _MANY)):
        yield some


def _not_taken(what: str) -> NodeError:
    return NodeError(f"The node {what}.", "See its log; what was sent is tried again.")
