"""Receives studies: a DICOM storage node (PS3.4 annex B) that also answers echoes."""

import ssl
import threading
from contextlib import suppress
from io import BytesIO

from pydicom import Dataset, dcmread
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts, evt
from pynetdicom.association import Association
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StorageCommitmentPushModel,
    Verification,
)
from pynetdicom.transport import ThreadedAssociationServer

from core.dicom.values import UNREADABLE, text
from core.errors import UsageError
from core.node.commitment import FAILURES, WELL_KNOWN, commitments, no_commitment
from core.node.settings import NodeSettings, Tls
from core.node.state import State, study_header
from core.node.store import Store
from core.report.provenance import MAKER

# Statuses of PS3.4 B.2.3.
_SUCCESS, _OUT_OF_RESOURCES, _CANNOT_UNDERSTAND = 0x0000, 0xA700, 0xC000
_MB = 1024**2
_ABOUT = ("StudyInstanceUID", "SOPInstanceUID", "Manufacturer", "PatientName", "PatientID")
_TAGS = (*_ABOUT, "AccessionNumber", "StudyDate", "SpecificCharacterSet")


def take_in(content: bytes, store: Store, state: State, *, wait_s: float) -> str | None:
    """StudyInstanceUID of an image, now in the store; None of our own results, which are not kept.

    The study is due once nothing has come for ``wait_s``, unless this very image was there.  Raises
    OSError where the image cannot be written, another of UNREADABLE where it is none.
    """
    dataset = dcmread(BytesIO(content), stop_before_pixels=True, specific_tags=[*_TAGS])
    header, image_uid = study_header(dataset), text(dataset, "SOPInstanceUID")
    if not (header.study_uid and image_uid):
        raise ValueError("no UIDs")
    if text(dataset, "Manufacturer") == MAKER:
        return None  # an archive forwards what it is sent
    if not store.holds(header.study_uid, image_uid, content):
        # In this order: a study that waits for nothing new is assessed to the same, an image that
        # nobody knows of would be lost.
        state.received(header, wait_s=wait_s)
        store.keep(header.study_uid, image_uid, content)
    return header.study_uid


class Receiver:
    """A storage node over a store; it receives from ``start`` until ``stop``."""

    def __init__(self, store: Store, state: State, settings: NodeSettings) -> None:
        self._store, self._state, self._settings = store, state, settings
        self._lock = threading.Lock()  # of what follows
        self._studies: dict[Association, set[str]] = {}
        self._unread_bytes: dict[Association, int] = {}
        self._server: ThreadedAssociationServer | None = None

    def start(self) -> int:
        """The port that is listened to: that of the settings, or a free one for 0.

        Raises
        ------
        UsageError
            The address cannot be listened to, or the files for TLS cannot be used.
        """
        settings = self._settings
        try:
            secure = None if settings.tls is None else _server_context(settings.tls)
            server = self._entity().start_server(
                (settings.host, settings.port),
                block=False,
                ssl_context=secure,
                evt_handlers=self._handlers(),
            )
        except OSError as error:  # with ssl.SSLError
            raise UsageError(
                f"{settings.host}:{settings.port} cannot be listened to: {error.strerror}.",
                "Name another --port, or see whether the files for TLS are there.",
            ) from error
        if server is None:  # only where it would block
            raise RuntimeError("The server was started in this thread.")
        self._server = server
        return int(server.server_address[1])

    def stop(self) -> None:
        """Listen no more; what is being sent is broken off."""
        if self._server:
            self._server.shutdown()
            self._server = None

    def _entity(self) -> AE:
        settings = self._settings
        entity = AE(settings.title)
        entity.require_called_aet = True
        entity.require_calling_aet = list(settings.callers)
        entity.maximum_associations = settings.associations
        entity.network_timeout = entity.dimse_timeout = entity.acse_timeout = settings.idle_s
        for context in AllStoragePresentationContexts:
            entity.add_supported_context(str(context.abstract_syntax), ALL_TRANSFER_SYNTAXES)
        entity.add_supported_context(Verification)
        entity.add_supported_context(StorageCommitmentPushModel, scu_role=False, scp_role=True)
        return entity

    def _handlers(self) -> list[evt.EventHandlerType]:
        return [
            (evt.EVT_C_STORE, self._stored),
            (evt.EVT_N_EVENT_REPORT, self._commitment_reported),
            (evt.EVT_N_ACTION, self._commitment_asked),
            (evt.EVT_DATA_RECV, self._heard),
            (evt.EVT_RELEASED, self._released),
            (evt.EVT_CONN_CLOSE, self._closed),
        ]

    def _stored(self, event: evt.Event) -> int:
        """Status of one image: success only once it is on the disk."""
        with self._lock:
            self._unread_bytes[event.assoc] = 0
        content = event.encoded_dataset()
        if self._store.free_bytes() - len(content) < self._settings.free_mb * _MB:
            return _OUT_OF_RESOURCES
        try:
            study_uid = take_in(
                content, self._store, self._state, wait_s=self._settings.broken_off_s
            )
        except UNREADABLE as error:
            full = isinstance(error, OSError)
            return _OUT_OF_RESOURCES if full else _CANNOT_UNDERSTAND
        if study_uid:
            with self._lock:
                self._studies.setdefault(event.assoc, set()).add(study_uid)
        return _SUCCESS

    def _heard(self, event: evt.Event) -> None:
        """End an association that sends an object without end."""
        with self._lock:
            before = self._unread_bytes.get(event.assoc, 0)
            unread = self._unread_bytes[event.assoc] = before + len(event.data)
        if before <= self._settings.largest_object_mb * _MB < unread:
            event.assoc.abort()

    def _released(self, event: evt.Event) -> None:
        """The studies of an association that ended well are complete, unless another sends them."""
        with self._lock:
            mine = self._studies.pop(event.assoc, set())
            ended = mine.difference(*self._studies.values())
        for study_uid in ended:
            self._state.quiet(study_uid, wait_s=self._settings.quiet_s)

    def _closed(self, event: evt.Event) -> None:
        with self._lock:
            self._studies.pop(event.assoc, None)
            self._unread_bytes.pop(event.assoc, None)

    def _commitment_reported(self, event: evt.Event) -> tuple[int, None]:
        for delivery in commitments(self._state.deliveries(), event.event_information):
            self._state.committed(delivery)
        return _SUCCESS, None

    def _commitment_asked(self, event: evt.Event) -> tuple[int, None]:
        """Whoever asks for commitment has sent all: studies of which every object named is here are
        complete.  Nothing is committed to, for HEscope is no archive.
        """
        asked = event.action_information
        images = {text(one, "ReferencedSOPInstanceUID") for one in asked.ReferencedSOPSequence}
        for study_uid in self._complete(images):
            with self._lock:
                for mine in self._studies.values():
                    mine.discard(study_uid)  # its release would have it wait again
            self._state.quiet(study_uid, wait_s=0.0)
        # The answer goes out by this association, which is ours again once this returns.
        threading.Thread(target=_refuse_commitment, args=(event.assoc, asked)).start()
        return _SUCCESS, None

    def _complete(self, images: set[str]) -> list[str]:
        """The studies that wait and hold some of the images, if together they hold all."""
        held = {
            study_uid: {image for image in images if self._store.has(study_uid, image)}
            for study_uid in self._state.waiting()
        }
        everything = set[str]().union(*held.values()) == images
        return [study_uid for study_uid, some in held.items() if some and everything]


def _refuse_commitment(association: Association, asked: Dataset) -> None:
    with suppress(ValueError, RuntimeError):  # it was released: whoever asks takes it for a no
        association.send_n_event_report(
            no_commitment(asked), FAILURES, StorageCommitmentPushModel, WELL_KNOWN
        )


def _server_context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=tls.authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(tls.certificate, tls.key)
    return context
