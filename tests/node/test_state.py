import json
import os
import stat
from pathlib import Path

import pytest

from core.node.state import DeliveryState, State, StudyHeader, StudyState
from core.node.store import Store

UID = "1.2.3"


def what(state: State) -> list[str]:
    return [json.loads(entry.event)["what"] for entry in state.trail()]


def received(state: State, wait_s: float = 0.0) -> None:
    state.received(StudyHeader(UID), wait_s=wait_s)


def test_a_study_is_not_due_before_it_is_quiet(state: State) -> None:
    received(state, wait_s=60.0)
    assert state.take_due() is None
    state.quiet(UID, wait_s=0.0)
    assert state.take_due().header.study_uid == UID
    assert state.take_due() is None


def test_images_that_come_during_an_assessment_lead_to_another(state: State) -> None:
    received(state)
    state.take_due()
    received(state)
    state.done(UID, "of fewer images", {}, ["A@h:1"])
    (study,) = state.studies()
    assert (study.state, study.result) == (StudyState.WAITING, "")
    assert state.deliveries() == ()
    state.take_due()
    state.done(UID, "of all images", {}, ["A@h:1"])
    assert [one.result for one in state.deliveries()] == ["of all images"]


def test_the_same_results_are_queued_once(state: State) -> None:
    for _ in range(2):
        received(state)
        state.take_due()
        state.done(UID, "key", {}, ["A@h:1", "B@h:2"])
    assert [one.destination for one in state.deliveries()] == ["A@h:1", "B@h:2"]
    assert what(state).count("queued") == 2


def test_an_interrupted_study_waits_behind_the_others_then_is_refused(state: State) -> None:
    received(state)
    state.take_due()
    state.received(StudyHeader("1.2.4"), wait_s=0.0)
    state.put_back_interrupted(most=2)
    assert state.take_due().header.study_uid == "1.2.4"
    assert state.take_due().header.study_uid == UID
    state.put_back_interrupted(most=2)
    states = {one.header.study_uid: one.state for one in state.studies()}
    assert states == {UID: StudyState.REFUSED, "1.2.4": StudyState.WAITING}


def test_an_hour_of_the_same_problem_is_one_entry(state: State) -> None:
    received(state)
    state.take_due()
    state.done(UID, "key", {}, ["A@h:1"])
    for _ in range(3):
        state.not_sent(state.next_delivery(), "unreachable", wait_s=0.0)
    assert what(state).count("not sent") == 1
    (delivery,) = state.deliveries()
    assert (delivery.attempts, delivery.problem) == (3, "unreachable")
    state.sent(delivery, objects=5)
    assert state.deliveries()[0].state is DeliveryState.SENT
    state.committed(state.deliveries()[0])
    assert what(state)[-2:] == ["sent", "storage committed"]


def test_a_change_that_fails_leaves_neither_state_nor_trail(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr("core.node.trail.append", fail)
    with pytest.raises(OSError, match="disk"):
        received(state)
    assert (state.studies(), state.trail()) == ((), ())


def test_store_and_database_are_for_this_user_alone(state: State, store: Store) -> None:
    received(state)
    store.keep(UID, "1.2.3.4", b"image")
    for path in (store.folder, *store.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert UID not in str(sorted(store.folder.rglob("*")))


def test_an_image_whose_writing_was_killed_is_no_part_of_its_study(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep(UID, "1.2.3.4", b"image")
    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", lambda *_, **__: None)  # a killed program tidies nothing up
        killed.setattr("core.node.store._flush", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            store.keep(UID, "1.2.3.5", b"half an im")
    assert [path.read_bytes() for path in store.images(UID).iterdir()] == [b"image"]
    (left,) = (store.folder / "arriving").iterdir()
    store.sweep()
    assert left.exists()  # another program's, perhaps
    os.utime(left, (0, 0))
    store.sweep()
    assert not left.exists()
