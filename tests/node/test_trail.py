import json
import sqlite3
from dataclasses import replace

import pytest

from core.node.state import State, StudyHeader
from core.node.store import Store
from core.node.trail import read_entries, verify


@pytest.fixture
def kept(state: State) -> State:
    """Three studies were received and opened."""
    for number in range(3):
        header = StudyHeader(f"1.2.{number}", patient="Jane Doe")
        state.received(header, wait_s=0.0)
        state.noted(header.study_uid, "opened", by="a clinician")
    return state


def test_a_trail_that_nobody_touched_holds(kept: State) -> None:
    verdict = verify(kept.trail())
    assert (verdict.holds, verdict.count) == (True, 6)
    assert verdict.head == kept.trail()[-1].sha256


@pytest.mark.parametrize("number", range(6))
def test_an_altered_entry_is_found(kept: State, number: int) -> None:
    chain = list(kept.trail())
    event = json.loads(chain[number].event) | {"by": "somebody else"}
    chain[number] = replace(chain[number], event=json.dumps(event))
    assert verify(chain).broken_at == number + 1


@pytest.mark.parametrize("number", range(5))
def test_a_removed_entry_is_found(kept: State, number: int) -> None:
    chain = list(kept.trail())
    del chain[number]
    assert not verify(chain).holds


def test_entries_that_changed_places_are_found(kept: State) -> None:
    first, second, *rest = kept.trail()
    assert verify([second, first, *rest]).broken_at == 1


def test_a_cut_end_is_found_by_an_earlier_head(kept: State) -> None:
    chain = kept.trail()
    head = verify(chain).head
    assert verify(chain[:-1]).holds
    assert not verify(chain[:-1], earlier_head=head).holds
    kept.noted("1.2.0", "opened", by="a clinician")
    assert verify(kept.trail(), earlier_head=head).holds


def test_the_database_itself_refuses_to_change_or_delete_entries(kept: State, store: Store) -> None:
    db = sqlite3.connect(store.database)
    for statement in ("UPDATE trail SET at = 'later'", "DELETE FROM trail"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(statement)
    db.close()


def test_an_export_can_be_checked_elsewhere(kept: State) -> None:
    lines = [entry.line() for entry in kept.trail()]
    assert tuple(read_entries(lines)) == kept.trail()
    lines[2] = lines[2].replace("1.2.1", "1.2.9")
    assert verify(read_entries(lines)).broken_at == 3


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"number": 1}', "[" * 100_000])
def test_a_line_that_is_no_entry_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        list(read_entries([line]))


def test_the_trail_names_no_patient(kept: State) -> None:
    assert all("Jane" not in entry.event for entry in kept.trail())


def test_a_demonstration_keeps_no_trail(store: Store) -> None:
    state = State(store, audited=False)
    state.received(StudyHeader("1.2.3"), wait_s=0.0)
    assert state.trail() == ()
    assert [one.header.study_uid for one in state.studies()] == ["1.2.3"]
