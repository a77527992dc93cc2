from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app import inbox
from app.audit import note_outline
from core.domain import Series
from core.node.settings import NodeSettings, read_settings, write_settings
from core.node.state import State, StudyHeader
from core.node.store import Store, open_store
from tests.app.test_assessment_page import html
from tests.node.real import free_port
from tests.report.make import make_assessment

OpenApp = Callable[..., AppTest]
PAGE = "views/inbox.py"


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """The node of this computer; nothing was received yet."""
    monkeypatch.setattr("core.assets.user_data_path", lambda *_, **__: tmp_path)
    return open_store(tmp_path / "node")


@pytest.fixture
def received(store: Store) -> State:
    """One study is done and sent, one refused, one waits."""
    state = State(store)
    for number, name in enumerate(("Jane <b>Doe", "Richard Roe", "John Poe")):
        header = StudyHeader(f"1.2.{number}", name, f"MRN-{number}")
        state.received(header, wait_s=0.0 if number < 2 else 60.0)
    done, refused = state.take_due(), state.take_due()
    assert done
    assert refused
    state.done(done.header.study_uid, "key", {"volume_ml": 1.0}, ["PACS@host:104"])
    delivery = state.next_delivery()
    assert delivery
    state.sent(delivery, objects=3)
    state.refused(refused.header.study_uid, "Found 1 MR series, expected a head CT.")
    return state


def said(page: AppTest) -> str:
    texts = [block.value for block in (*page.markdown, *page.caption)]
    return "\n".join(texts).replace("\\", "") + html(page)


def test_an_empty_inbox_says_how_studies_come_in(open_app: OpenApp) -> None:
    page = open_app(page=PAGE)
    assert not page.exception
    assert "hescope listen" in said(page)


def test_each_study_is_there_with_patient_time_state_and_where_it_went(
    open_app: OpenApp, received: State
) -> None:
    page = open_app(page=PAGE)
    shown = said(page)
    for words in ("Jane <b>Doe, MRN-0", "done", "sent PACS@host:104", "waiting"):
        assert words in shown
    assert "refused: Found 1 MR series, expected a head CT." in shown
    assert len([button for button in page.button if button.label == "Open"]) == 3


def test_presenter_mode_hides_who_it_is(open_app: OpenApp, received: State) -> None:
    page = AppTest.from_file(str(Path(inbox.__file__).parent / PAGE), default_timeout=30)
    page.session_state["presenter"] = True
    shown = said(page.run())
    assert "MRN-0" not in shown
    assert "hidden" in shown


def test_opening_a_study_hands_it_over_and_is_in_the_trail(received: State) -> None:
    row = next(one for one in inbox.rows() if one.study.header.patient_id == "MRN-0")
    assert inbox.open_from(row).parent.parent.name == "studies"
    assert '"what":"opened"' in received.trail()[-1].event


def test_the_trail_is_checked_by_a_click(open_app: OpenApp, received: State) -> None:
    page = open_app(page=PAGE)
    next(button for button in page.button if button.label == "Check it").click().run()
    assert "entries hold" in page.success[0].value


def test_settings_are_kept_for_the_next_start(open_app: OpenApp, store: Store) -> None:
    page = open_app(page=PAGE)
    page.text_area[1].set_value("PACS@host:104\nhttps://archive.local/dicom-web\n")
    next(button for button in page.button if button.label == "Save").click().run()
    assert page.success
    found = read_settings(store.folder)
    assert found.send_to == ("PACS@host:104", "https://archive.local/dicom-web")


def test_days_that_studies_are_kept_are_set_and_said(
    open_app: OpenApp, received: State, store: Store
) -> None:
    page = open_app(page=PAGE)
    assert "are deleted" not in said(page)
    page.number_input(key="node.keep_days").set_value(7)
    next(button for button in page.button if button.label == "Save").click().run()
    assert read_settings(store.folder).keep_days == 7
    assert "deleted here 7 days after" in said(open_app(page=PAGE))


def test_settings_that_are_none_are_told_and_not_kept(open_app: OpenApp, store: Store) -> None:
    page = open_app(page=PAGE)
    page.text_input[1].set_value("0.0.0.0")
    next(button for button in page.button if button.label == "Save").click().run()
    assert "no list of who may call" in page.error[0].value
    assert read_settings(store.folder) == NodeSettings()


def test_an_archive_that_is_not_there_is_told(open_app: OpenApp, store: Store) -> None:
    write_settings(NodeSettings(archive=f"PACS@127.0.0.1:{free_port()}"), store.folder)
    page = open_app(page=PAGE)
    page.text_input[0].set_value("A-1")
    next(button for button in page.button if button.label == "Fetch").click().run()
    assert "cannot be reached" in page.error[0].value.replace("\\", "")


def test_open_leads_to_the_study(
    received: State, monkeypatch: pytest.MonkeyPatch, open_app: OpenApp
) -> None:
    page = open_app(page="main.py").switch_page(PAGE).run()
    next(button for button in page.button if button.key == "inbox 1.2.0").click().run()
    assert not page.exception
    assert '"what":"opened"' in received.trail()[-1].event
    assert "Found nothing at" in page.error[0].value  # only the list was made, no images


def test_a_readers_edit_of_a_received_study_is_in_the_trail_another_is_not(
    received: State, store: Store, tmp_path: Path
) -> None:
    before = len(received.trail())
    for folder, entries in ((tmp_path / "elsewhere", 0), (store.images("1.2.0"), 1)):
        series = Series("9", (folder / "a.dcm",), "dicom", "CT", study_uid="1.2.0")
        mask = np.ones((8, 8, 8), bool)
        edited = make_assessment(mask, pixel_mm=1.0, series=series)
        note_outline(edited)
        assert len(received.trail()) == before + entries
    assert '"what":"outline changed"' in received.trail()[-1].event
    assert '"volume_ml":2.56' in received.trail()[-1].event
