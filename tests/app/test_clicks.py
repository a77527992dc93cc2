"""A click counts, whatever else the browser says before the page has come to the button."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import session
from app.opening import OpenStudy
from tests.app.test_assessment_page import html
from tests.app.test_home_page import click, enter_path

OpenApp = Callable[..., AppTest]


@pytest.fixture
def overtake(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has the next run end and begin anew before the page is drawn: another message came."""
    begin, due = session.begin, []

    def begin_and_end() -> None:
        begin()
        if due:
            due.clear()
            st.rerun()

    monkeypatch.setattr(session, "begin", begin_and_end)
    return lambda: due.append(True)


def test_entered_path_is_opened(
    open_app: OpenApp, overtake: Callable[[], None], tmp_path: Path
) -> None:
    page = open_app(page="main.py")
    overtake()
    page = enter_path(page, tmp_path / "absent")
    assert "Found nothing at" in page.error[0].value
    assert not page.run().error  # once


def test_other_study_can_be_chosen(
    open_app: OpenApp, study: OpenStudy, overtake: Callable[[], None]
) -> None:
    page = open_app(study, "main.py").switch_page("views/assessment.py").run()
    assert "Open another study" in [button.label for button in page.button]
    overtake()
    page = click(page, "Open another study")
    assert page.session_state["tab"].study is None


def test_tour_begins(open_app: OpenApp, study: OpenStudy, overtake: Callable[[], None]) -> None:
    page = open_app(study, "main.py").switch_page("views/assessment.py").run()
    overtake()
    page = click(page, "Guided tour")
    assert "End tour" in [button.label for button in page.button]


def test_cohort_is_simulated_and_closed(open_app: OpenApp, overtake: Callable[[], None]) -> None:
    page = open_app(page="main.py").switch_page("views/cohort.py").run()
    simulate = page.button[0].label
    overtake()
    page = click(page, simulate)
    assert "572 patients" in html(page)
    overtake()
    page = click(page, "Open another table")
    assert page.button[0].label == simulate
