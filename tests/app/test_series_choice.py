"""The user chooses where there is a choice, and insists where a child is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import app.opening
from app.choosing import ChoiceNeededError, choose_or_ask
from core.dicom import find_series
from core.domain import NOTHING_ASKED, Asked, Assessment
from tests.app.test_assessment_page import html
from tests.app.test_home_page import click, enter_path
from tests.dicom.make import axial_geometry, head_hu, write_ct_series

OpenApp = Callable[..., AppTest]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch, assessment: Assessment) -> list[Asked]:
    """What was asked for of each study that came to be assessed."""
    asked: list[Asked] = []

    def assess(source: Path, *_: object, **options: Any) -> Assessment:
        options["choose"](find_series(source), options["asked"])
        asked.append(options["asked"])
        return assessment

    monkeypatch.setattr(app.opening, "assess", assess)
    return asked


def write(folder: Path, uid: str, **header: object) -> None:
    hu = head_hu()
    write_ct_series(
        hu, axial_geometry(hu.shape), folder / uid, {"SeriesInstanceUID": uid, **header}
    )


@pytest.fixture
def two_series(tmp_path: Path) -> Path:
    """A soft-tissue series and its bone reconstruction."""
    write(tmp_path / "two", "1.1", SeriesDescription="Soft <i>tissue</i>")
    write(tmp_path / "two", "1.2", SeriesDescription="Bone", ConvolutionKernel="H70h")
    return tmp_path / "two"


def test_only_series_is_opened_without_a_question(tmp_path: Path) -> None:
    write(tmp_path, "1.1")
    choose_or_ask(find_series(tmp_path), NOTHING_ASKED)


def test_choices_are_the_best_first_with_picture_and_reasons(two_series: Path) -> None:
    with pytest.raises(ChoiceNeededError) as question:
        choose_or_ask(find_series(two_series), NOTHING_ASKED)
    soft, bone = question.value.choices
    assert (soft.asked, bone.asked) == (Asked("1.1", 1), Asked("1.2", 1))
    assert (soft.suggested, bone.suggested) == (True, False)
    assert bone.reasons[1:] == ("sharp kernel, made for bone",)
    assert soft.picture is not None
    assert soft.picture.shape == (64, 64)
    assert soft.picture[32, 32] == pytest.approx(255 * 30 / 80, abs=1)  # brain of 30 HU


def test_single_series_beside_images_of_another_patient_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, "1.1")
    write(tmp_path, "1.2", PatientID="OTHER", Modality="MR")
    with pytest.raises(ChoiceNeededError, match="of 2 patients") as question:
        choose_or_ask(find_series(tmp_path), NOTHING_ASKED)
    (choice,) = question.value.choices
    assert (choice.name, choice.suggested) == ("Patient 1: Head 5.0", False)


def test_series_that_is_chosen_is_assessed(
    open_app: OpenApp, two_series: Path, taken: list[Asked]
) -> None:
    page = enter_path(open_app(page="main.py"), two_series)
    assert not page.exception
    assert taken == []
    shown = html(page)
    assert "Soft &lt;i&gt;tissue&lt;/i&gt;" in shown
    assert "01 Mar 2024, 10:15 · 24 slices" in shown
    assert any("sharp kernel" in caption.value for caption in page.caption)
    page.button(key="choice 1").click().run()
    assert taken == [Asked("1.2", 1)]


def test_presenter_sees_neither_name_nor_date(
    open_app: OpenApp, two_series: Path, taken: list[Asked]
) -> None:
    page = open_app(page="main.py")
    page.session_state["presenter"] = True
    shown = html(enter_path(page, two_series))
    assert "Series 1" in shown
    assert "Bone" not in shown
    assert "Mar 2024" not in shown


def test_question_is_gone_once_another_study_is_handed_over(
    open_app: OpenApp, two_series: Path, tmp_path: Path
) -> None:
    page = enter_path(open_app(page="main.py"), two_series)
    page = enter_path(page, tmp_path / "absent")
    assert "Which series?" not in html(page)
    assert "Found nothing at" in page.error[0].value


def test_child_is_assessed_once_the_user_insists(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assessment: Assessment
) -> None:
    write(tmp_path / "child", "1.1")
    (tmp_path / "child" / "clinical.json").write_text('{"age_years": 5}')
    monkeypatch.setattr(app.opening, "assess", lambda *_, **__: assessment)
    page = enter_path(open_app(page="main.py"), tmp_path / "child")
    assert "younger than 19 years" in page.error[0].value
    page = click(page, "Assess this child all the same, for research")
    opened = page.session_state["tab"].study
    assert "under-age" in [finding.code for finding in opened.assessment.findings]
