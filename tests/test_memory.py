import gc
from collections.abc import Iterator

import pytest

from core.memory import collect_rarely, leave_modules_alone


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_collections_wait_while_a_program_starts_and_come_as_usual_afterwards() -> None:
    usual = gc.get_threshold()
    collect_rarely()
    assert gc.get_threshold() == (usual[0], 50, 100)
    leave_modules_alone()
    assert gc.get_threshold() == usual


def test_what_is_left_alone_is_passed_over_and_what_comes_later_is_not() -> None:
    before = gc.get_freeze_count()
    stays = [object(), []]
    leave_modules_alone()
    assert gc.get_freeze_count() > before
    assert not any(one is stays for one in gc.get_objects())
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
