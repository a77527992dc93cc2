from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import recent
from app.opening import examples
from tests.app.test_assessment_page import html

OpenApp = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def own_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's data folder, empty."""
    folder = tmp_path / "data"
    monkeypatch.setattr("core.assets.user_data_path", lambda *_, **__: folder)
    return folder


def click(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def enter_path(page: AppTest, path: Path) -> AppTest:
    page.text_input[0].set_value(str(path))
    return click(page, "Assess this path")


def test_newcomer_sees_what_it_does_and_three_ways_to_a_study(open_app: OpenApp) -> None:
    page = open_app(page="main.py")
    assert "Research use only. Not a medical device." in html(page)
    assert "Will this hemorrhage grow?" in html(page)
    assert "it does not diagnose, triage or advise on treatment" in html(page)
    labels = [button.label for button in page.button]
    assert labels == ["See this example"] * len(examples()) + [
        "Assess this path",
        "Assess the upload",
    ]


def test_wrong_path_shows_message_and_remedy_and_leaves_the_app_usable(
    open_app: OpenApp, tmp_path: Path
) -> None:
    page = enter_path(open_app(page="main.py"), tmp_path / "absent")
    assert not page.exception
    (error,) = page.error
    assert "Found nothing at" in error.value
    assert "Check the path" in error.value
    assert page.button[0].label == "See this example"


def test_folder_of_text_files_shows_message_and_remedy(open_app: OpenApp, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    page = enter_path(open_app(page="main.py"), tmp_path)
    (error,) = page.error
    assert "expected a head CT" in error.value.replace("\\", "")


def test_study_of_the_command_line_is_opened_once(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HESCOPE_STUDY", str(tmp_path / "absent"))
    page = open_app(page="main.py")
    assert len(page.error) == 1
    assert len(page.run().error) == 0


def test_nothing_is_remembered_unless_the_user_asks(tmp_path: Path, own_data_folder: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    recent.remember(study)
    assert recent.recent_studies() == ()
    assert not own_data_folder.exists()


def test_studies_are_remembered_latest_first_and_forgotten(
    tmp_path: Path, own_data_folder: Path
) -> None:
    recent.start_remembering()
    studies = [tmp_path / f"study {number}" for number in range(10)]
    for study in studies:
        study.mkdir()
        recent.remember(study)
    recent.remember(studies[5])
    assert recent.recent_studies()[:2] == (studies[5], studies[9])
    assert len(recent.recent_studies()) == 8
    studies[9].rmdir()
    assert studies[9] not in recent.recent_studies()
    recent.forget()
    assert list(own_data_folder.iterdir()) == []


@pytest.mark.parametrize("content", ["{", "7", "null", '{"a": 1}', '"/"', "[[]]"])
def test_damaged_list_is_an_empty_one(own_data_folder: Path, content: str) -> None:
    recent.start_remembering()
    (own_data_folder / "recent.json").write_text(content)
    assert recent.recent_studies() == ()


def test_switch_begins_and_ends_the_list(open_app: OpenApp, own_data_folder: Path) -> None:
    page = open_app(page="main.py")
    page.toggle(key="remember").set_value(True).run()
    assert recent.remembers()
    page.toggle(key="remember").set_value(False).run()
    assert not recent.remembers()
