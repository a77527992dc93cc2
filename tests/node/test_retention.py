"""What is deleted after how many days, by a clock that is handed in."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import UsageError
from core.node.retention import delete_old
from core.node.settings import NodeSettings, checked
from core.node.state import State, StudyHeader, StudyState
from core.node.store import Store
from core.node.trail import verify

DAY_S = 24 * 3600.0
KEPT_A_WEEK = NodeSettings(keep_days=7)


def received(store: Store, state: State, uid: str, *, wait_s: float = 0.0) -> None:
    state.received(StudyHeader(uid, "Jane Doe", "MRN-1"), wait_s=wait_s)
    store.keep(uid, f"{uid}.1", b"image")


def finish(store: Store, state: State, uid: str, send_to: tuple[str, ...] = ()) -> None:
    received(store, state, uid)
    assert state.take_due()
    (store.results(uid, "key")).mkdir(parents=True)
    state.done(uid, "key", {}, send_to)


def there(state: State) -> set[str]:
    return {one.header.study_uid for one in state.studies()}


def test_studies_done_with_are_deleted_after_so_many_days_and_the_trail_stays(
    store: Store, state: State
) -> None:
    finish(store, state, "1.1")
    received(store, state, "1.2")
    assert state.take_due()
    state.refused("1.2", "no head")
    delete_old(store, state, KEPT_A_WEEK, now=time.time() + 6.9 * DAY_S)
    assert there(state) == {"1.1", "1.2"}
    delete_old(store, state, KEPT_A_WEEK, now=time.time() + 7.1 * DAY_S)
    assert there(state) == set()
    assert [path for path in store.folder.rglob("*.dcm") if path.is_file()] == []
    assert store.studies() == ()
    said = [json.loads(entry.event) for entry in state.trail()]
    assert [one["study_uid"] for one in said if one["what"] == "deleted"] == ["1.1", "1.2"]
    assert [one["what"] for one in said][:2] == ["received", "assessed"]
    assert verify(state.trail()).holds
    assert b"Jane Doe" not in store.database.read_bytes()


def test_nothing_is_deleted_unless_days_are_set(store: Store, state: State) -> None:
    finish(store, state, "1.1")
    delete_old(store, state, NodeSettings(), now=time.time() + 1000 * DAY_S)
    assert there(state) == {"1.1"}


def test_what_waits_to_be_assessed_or_sent_stays(store: Store, state: State) -> None:
    finish(store, state, "1.1", ("PACS@127.0.0.1:1",))
    received(store, state, "1.2", wait_s=60.0)
    delete_old(store, state, KEPT_A_WEEK, now=time.time() + 8 * DAY_S)
    assert there(state) == {"1.1", "1.2"}
    state.sent(state.deliveries()[0], objects=1)
    delete_old(store, state, KEPT_A_WEEK, now=time.time() + 8 * DAY_S)
    assert there(state) == {"1.2"}
    assert state.deliveries() == ()


def test_a_study_that_is_sent_again_is_a_new_one(store: Store, state: State) -> None:
    finish(store, state, "1.1")
    delete_old(store, state, KEPT_A_WEEK, now=time.time() + 8 * DAY_S)
    received(store, state, "1.1")
    assert [one.state for one in state.studies()] == [StudyState.WAITING]
    assert len(list(store.images("1.1").iterdir())) == 1


def test_killed_in_the_middle_it_is_deleted_the_next_time(
    store: Store, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(store, state, "1.1")
    with monkeypatch.context() as killed:
        killed.setattr(State, "_say", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            delete_old(store, state, KEPT_A_WEEK, now=time.time() + 8 * DAY_S)
    assert there(state) == {"1.1"}
    assert len(list((store.folder / "discarded").iterdir())) == 1
    delete_old(store, state, KEPT_A_WEEK, now=time.time() + 8 * DAY_S)
    assert there(state) == set()
    assert list((store.folder / "discarded").iterdir()) == []


def test_a_folder_that_is_in_use_is_left_for_another_time(
    store: Store, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(*_: object) -> Path:
        raise PermissionError

    finish(store, state, "1.1")
    with monkeypatch.context() as used:
        used.setattr(Path, "replace", in_use)
        delete_old(store, state, KEPT_A_WEEK, now=time.time() + 8 * DAY_S)
    assert there(state) == {"1.1"}
    assert len(list(store.images("1.1").iterdir())) == 1


def test_less_than_no_days_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="0 or more"):
        checked(replace(KEPT_A_WEEK, keep_days=-1))
