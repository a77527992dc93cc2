"""A fault of HEscope itself, in each page: said in our words, with nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ASSESSED_WITHIN_MS, SCREEN, serving

pytestmark = pytest.mark.browser

SAID = "Something failed in HEscope itself, not in your study."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def page(chromium: Browser, folder: Path) -> Iterator[Page]:
    """The example, open, its form changed by the user."""
    environment = {
        "HESCOPE_TEST_FAULT": str(folder / "fault"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
    }
    with serving("-m", "tests.browser.faulty_app", **environment) as (url, _):
        page = chromium.new_page(viewport=SCREEN)
        page.goto(url)
        page.locator(".st-key-example-expander button").click()
        page.locator(".stage canvas").wait_for(timeout=ASSESSED_WITHIN_MS)
        page.get_by_label("Glasgow Coma Scale", exact=True).fill("7")
        page.get_by_label("Glasgow Coma Scale", exact=True).press("Enter")
        yield page
        page.close()


def go(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


@pytest.mark.parametrize(
    ("broken", "page_name"),
    [
        ("example_cards", "Home"),
        ("study_line", "Study"),
        ("node_settings", "Inbox"),
        ("path_source", "Follow-up"),
        ("table_source", "Cohort"),
        ("table_source", "Validation"),
        ("model_card", "Model"),
        ("licences", "About"),
    ],
)
def test_fault_in_a_page_is_said_calmly_and_nothing_is_lost(
    page: Page, folder: Path, broken: str, page_name: str, screenshots: Path
) -> None:
    (folder / "fault").write_text(broken)
    go(page, "About" if page_name != "About" else "Model")
    go(page, page_name)
    expect(page.get_by_text(SAID)).to_be_visible(timeout=30_000)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    page.screenshot(path=screenshots / f"fault-{page_name.lower()}.png")
    (folder / "fault").unlink()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(SAID)).to_have_count(0, timeout=30_000)
    go(page, "Study")
    expect(page.get_by_label("Glasgow Coma Scale", exact=True)).to_have_value("7", timeout=30_000)
    expect(page.locator(".stage canvas").first).to_be_visible(timeout=30_000)


def test_fault_in_a_part_of_the_page_leaves_the_rest(page: Page, folder: Path) -> None:
    go(page, "Study")
    (folder / "fault").write_text("what_if_sliders")
    page.get_by_role("radio", name="What-if").click()
    expect(page.get_by_text(SAID)).to_be_visible(timeout=30_000)
    expect(page.locator(".stage canvas").first).to_be_visible()
    (folder / "fault").unlink()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(SAID)).to_have_count(0, timeout=30_000)
    page.get_by_role("radio", name="Findings").click()
    expect(page.get_by_label("Glasgow Coma Scale", exact=True)).to_have_value("7", timeout=30_000)


def test_fault_in_a_callback_is_said_and_the_page_comes_back(page: Page, folder: Path) -> None:
    go(page, "Home")
    expect(page.locator(".st-key-example-expander button")).to_be_visible(timeout=30_000)
    (folder / "fault").write_text("start_remembering")
    page.get_by_text("Remember the studies I open").click()
    expect(page.get_by_text(SAID)).to_be_visible(timeout=30_000)
    (folder / "fault").unlink()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".st-key-example-expander button")).to_be_visible(timeout=30_000)


def test_each_fault_left_a_report_without_its_words(page: Page, folder: Path) -> None:
    reports = list((folder / "state").rglob("crash-*.txt"))
    assert reports
    for report in reports:
        text = report.read_text(encoding="utf-8")
        assert "ZeroDivisionError" in text
        assert "DOE" not in text
