"""A node in this process: what comes in by DICOM, what is made of it, what goes out."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import CTImageStorage, MRImageStorage, generate_uid
from pynetdicom import AE, evt
from pynetdicom.sop_class import StorageCommitmentPushModel

from core.errors import UsageError
from core.node.address import parse_address
from core.node.commitment import REQUEST, WELL_KNOWN
from core.node.receive import Receiver
from core.node.send import Sender
from core.node.settings import NodeSettings, checked
from core.node.state import Delivery, DeliveryState, State, StudyState
from core.node.store import Store
from core.report import dicom_objects
from tests.node.conftest import Worker, write_study
from tests.node.real import archive_at, free_port, wait_until

Send = Callable[..., list[int | None]]


@pytest.fixture
def receiver(store: Store, state: State, settings: NodeSettings) -> Iterator[Receiver]:
    receiver = Receiver(store, state, settings)
    yield receiver
    receiver.stop()


@pytest.fixture
def send(receiver: Receiver) -> Send:
    """Sends files in one association, which ends well or not: the status of each."""
    port = receiver.start()

    def sent(files: list[Path], *, ending: str = "release", **titles: str) -> list[int | None]:
        entity = AE(titles.get("calling", "CT1"))
        for kind in (CTImageStorage, MRImageStorage):
            entity.add_requested_context(kind)
        called = titles.get("called", "HESCOPE")
        association = entity.associate("127.0.0.1", port, ae_title=called)
        if not association.is_established:
            return []
        statuses = [association.send_c_store(file).get("Status") for file in files]
        getattr(association, ending)()
        return statuses

    return sent


def files(study: Path) -> list[Path]:
    return sorted(study.iterdir())


def only(state: State) -> tuple[StudyState, str]:
    (study,) = state.studies()
    return study.state, study.reason


def assess_soon(worker: Worker) -> None:
    """The release is heard in a thread of its own."""
    wait_until(worker.assess_next)


def test_a_study_is_assessed_once_it_is_complete(
    send: Send, study: Path, state: State, store: Store, worker: Worker
) -> None:
    assert set(send(files(study))) == {0}
    assess_soon(worker)
    assert only(state) == (StudyState.DONE, "")
    (found,) = state.studies()
    assert (found.header.patient, found.header.accession) == ("DOE JANE", "A-1")
    kinds = [dcmread(one).Modality for one in store.objects(found.header.study_uid, found.result)]
    assert kinds == ["SEG", "SR", *["OT"] * 24, "DOC", "KO"]


def test_each_object_is_made_once(
    send: Send, study: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    for kind in ("segmentation_object", "structured_report", "encapsulated_report"):
        make = getattr(dicom_objects, kind)
        monkeypatch.setattr(
            dicom_objects, kind, lambda *a, kind=kind, make=make: made.append(kind) or make(*a)
        )
    send(files(study))
    assess_soon(worker)
    assert sorted(made) == ["encapsulated_report", "segmentation_object", "structured_report"]


def test_what_is_sent_back_is_filed_with_the_patient_and_the_study(
    send: Send, study: Path, state: State, store: Store, worker: Worker
) -> None:
    send(files(study))
    assess_soon(worker)
    (found,) = state.studies()
    source = dcmread(files(study)[0])
    for file in store.objects(found.header.study_uid, found.result):
        made = dcmread(file)
        for tag in ("PatientName", "PatientID", "StudyInstanceUID", "AccessionNumber", "StudyDate"):
            assert made[tag].value == source[tag].value


def test_half_a_study_waits_for_the_rest(
    send: Send, study: Path, state: State, worker: Worker
) -> None:
    first, second = files(study)[:10], files(study)[10:]
    send(first, ending="abort")
    assert not worker.assess_next()
    assert only(state)[0] is StudyState.WAITING
    send(second)
    assess_soon(worker)
    assert only(state)[0] is StudyState.DONE


def test_half_a_study_whose_rest_never_comes_is_refused_with_the_reason(
    send: Send, study: Path, state: State, worker: Worker
) -> None:
    send(files(study)[:3], ending="abort")
    state.quiet(state.studies()[0].header.study_uid, wait_s=0.0)
    assess_soon(worker)
    was, reason = only(state)
    assert was is StudyState.REFUSED
    assert reason


def test_a_duplicate_study_is_assessed_once(
    send: Send, study: Path, state: State, worker: Worker
) -> None:
    for _ in range(2):
        assert set(send(files(study))) == {0}
        while worker.assess_next():
            pass
    wait_until(lambda: worker.assess_next() or only(state)[0] is StudyState.DONE)
    said = [json.loads(entry.event)["what"] for entry in state.trail()]
    assert said == ["received", "assessed"]


@pytest.mark.parametrize("held_back", [0, 1])
def test_a_study_is_complete_once_commitment_is_asked_for_all_of_it(
    held_back: int,
    store: Store,
    state: State,
    settings: NodeSettings,
    study: Path,
    worker: Worker,
) -> None:
    told: list[Dataset] = []

    def reported(event: evt.Event) -> tuple[int, None]:
        told.append(event.event_information)
        return 0, None

    asked = Dataset()
    asked.TransactionUID = generate_uid()
    asked.ReferencedSOPSequence = [reference(dcmread(file)) for file in files(study)]
    receiver = Receiver(store, state, replace(settings, quiet_s=3600.0, broken_off_s=3600.0))
    entity = AE("CT1")
    for kind in (CTImageStorage, StorageCommitmentPushModel):
        entity.add_requested_context(kind)
    try:
        association = entity.associate(
            *("127.0.0.1", receiver.start()),
            ae_title="HESCOPE",
            evt_handlers=[(evt.EVT_N_EVENT_REPORT, reported)],
        )
        for file in files(study)[held_back:]:
            association.send_c_store(file)
        status, _ = association.send_n_action(
            asked, REQUEST, StorageCommitmentPushModel, WELL_KNOWN
        )
        assert status.Status == 0
        wait_until(lambda: told)
        association.release()
    finally:
        receiver.stop()
    assert worker.assess_next() == (not held_back)
    assert only(state)[0] is (StudyState.WAITING if held_back else StudyState.DONE)
    assert told[0].TransactionUID == asked.TransactionUID
    assert len(told[0].FailedSOPSequence) == 24  # it is no archive
    assert "ReferencedSOPSequence" not in told[0]


def reference(image: Dataset) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID = image.SOPClassUID
    made.ReferencedSOPInstanceUID = image.SOPInstanceUID
    return made


def test_two_studies_interleaved_are_two(
    send: Send, study: Path, tmp_path: Path, state: State, worker: Worker
) -> None:
    other = write_study(tmp_path / "other", PatientID="MRN-2", PatientName="ROE^RICHARD")
    mixed = [one for pair in zip(files(study), files(other), strict=True) for one in pair]
    send(mixed)
    for _ in range(2):
        assess_soon(worker)
    assert [one.state for one in state.studies()] == [StudyState.DONE] * 2
    assert len({one.result for one in state.studies()}) == 2


def test_what_is_no_head_ct_is_refused_with_the_reason(
    send: Send, tmp_path: Path, state: State, worker: Worker
) -> None:
    scan = write_study(tmp_path / "mr", SOPClassUID=MRImageStorage, Modality="MR")
    send(files(scan))
    assess_soon(worker)
    was, reason = only(state)
    assert was is StudyState.REFUSED
    assert "CT" in reason


def test_only_those_allowed_may_call_and_only_this_node(
    store: Store, state: State, settings: NodeSettings, study: Path
) -> None:
    receiver = Receiver(store, state, replace(settings, callers=("CT7",)))
    port = receiver.start()
    try:
        for calling, called in (("CT1", "HESCOPE"), ("CT7", "OTHER"), ("CT7", "HESCOPE")):
            entity = AE(calling)
            entity.add_requested_context(CTImageStorage)
            association = entity.associate("127.0.0.1", port, ae_title=called)
            assert association.is_established == (calling == "CT7" and called == "HESCOPE")
            association.abort()
    finally:
        receiver.stop()


def test_an_address_that_others_reach_needs_a_list_of_callers() -> None:
    with pytest.raises(UsageError, match="no list of who may call"):
        checked(NodeSettings(host="0.0.0.0"))
    assert checked(NodeSettings(host="0.0.0.0", callers=("CT7",)))


def status_of_sending(file: Path, receiver: Receiver) -> int:
    try:
        entity = AE("CT1")
        entity.add_requested_context(CTImageStorage)
        association = entity.associate("127.0.0.1", receiver.start(), ae_title="HESCOPE")
        status = association.send_c_store(file).Status
        association.release()
    finally:
        receiver.stop()
    return int(status)


def test_full_disk_is_told_to_the_sender_and_nothing_is_kept(
    store: Store, state: State, settings: NodeSettings, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.node.store.write_whole", full)
    receiver = Receiver(store, state, settings)
    assert status_of_sending(files(study)[0], receiver) == 0xA700
    assert list(store.folder.rglob("*.dcm")) == []


def test_little_free_space_takes_nothing(
    store: Store, state: State, settings: NodeSettings, study: Path
) -> None:
    receiver = Receiver(store, state, replace(settings, free_mb=10**9))
    assert status_of_sending(files(study)[0], receiver) == 0xA700
    assert state.studies() == ()


def test_results_that_cannot_be_written_are_made_later(
    send: Send, study: Path, state: State, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    send(files(study))
    with monkeypatch.context() as broken:
        broken.setattr("core.node.results.write_together", full)
        assess_soon(worker)
    assert only(state) == (
        StudyState.WAITING,
        "The results could not be written; is the disk full?",
    )


def test_an_object_without_end_ends_its_association(
    store: Store, state: State, settings: NodeSettings, study: Path
) -> None:
    endless = dcmread(files(study)[0])
    endless.PixelData = bytes(4 * 1024**2)
    receiver = Receiver(store, state, replace(settings, largest_object_mb=2))
    try:
        entity = AE("CT1")
        entity.add_requested_context(CTImageStorage)
        association = entity.associate("127.0.0.1", receiver.start(), ae_title="HESCOPE")
        assert "Status" not in association.send_c_store(endless)
        wait_until(lambda: not association.is_established)
    finally:
        receiver.stop()
    assert state.studies() == ()


def test_noise_on_the_port_harms_nobody(send: Send, study: Path, receiver: Receiver) -> None:
    port = receiver._server.server_address[1]
    with socket.create_connection(("127.0.0.1", port)) as noise:
        noise.sendall(b"GET / HTTP/1.1\r\n\r\n" * 100)
    assert set(send(files(study)[:1])) == {0}


def test_our_own_results_that_come_back_are_no_new_study(
    send: Send, study: Path, state: State, store: Store, tmp_path: Path
) -> None:
    mine = dcmread(files(study)[0])
    mine.Manufacturer = "HEscope"
    mine.save_as(tmp_path / "mine.dcm")
    assert send([tmp_path / "mine.dcm"]) == [0]
    assert state.studies() == ()


def test_a_fault_of_ours_ends_one_study_not_the_node(
    send: Send, study: Path, state: State, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object, **__: object) -> None:
        raise ZeroDivisionError("DOE^JANE")

    monkeypatch.setattr("core.node.work.assess", faulty)
    monkeypatch.setattr("core.node.work.write_crash_report", lambda _: None)
    send(files(study))
    assess_soon(worker)
    assert only(state) == (StudyState.REFUSED, "internal error")


def test_killed_between_results_and_state_makes_nothing_anew(
    send: Send, study: Path, state: State, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(files(study))
    with monkeypatch.context() as killed:
        killed.setattr(State, "done", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            assess_soon(worker)
    state.put_back_interrupted(most=5)
    monkeypatch.setattr("core.node.work.assess", None)  # would be a fault if it were called
    assess_soon(worker)
    assert only(state)[0] is StudyState.DONE


def test_an_unreachable_node_is_tried_again_and_gets_everything_once(
    send: Send, study: Path, state: State, worker: Worker, settings: NodeSettings
) -> None:
    port = free_port()
    settings = replace(settings, send_to=(f"PACS@127.0.0.1:{port}",))
    send(files(study))
    assess_soon(replace(worker, settings=settings))
    sender = Sender(worker.store, state, settings)
    assert sender.send_next()
    (delivery,) = state.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.QUEUED, 1)
    assert "cannot be reached" in delivery.problem
    assert not sender.send_next()  # it waits
    with archive_at(port) as got:
        wait_until(sender.send_next)
        assert not sender.send_next()
    assert state.deliveries()[0].state is DeliveryState.SENT
    assert len({one.SOPInstanceUID for one in got}) == len(got) == 28


@pytest.mark.parametrize(("attempts", "wait_s"), [(0, 30.0), (1, 60.0), (20, 3600.0)])
def test_waits_between_attempts_double_up_to_an_hour(
    attempts: int, wait_s: float, store: Store, monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    waits: list[float] = []
    queued = Delivery("1.2", "key", "PACS@127.0.0.1:1", DeliveryState.QUEUED, attempts, "")
    monkeypatch.setattr(State, "next_delivery", lambda _: queued)
    monkeypatch.setattr(State, "not_sent", lambda *_, wait_s: waits.append(wait_s))
    Sender(store, state, NodeSettings()).send_next()
    assert waits == [wait_s]


@pytest.mark.parametrize(
    "text", ["", "PACS", "PACS@host", "PACS@host:0", "ftp://host", "A@b:99999"]
)
def test_an_address_that_is_none_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="TITLE@HOST:PORT"):
        parse_address(text)
