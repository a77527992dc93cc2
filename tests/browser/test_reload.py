"""What was chosen and measured on a study, after a reload and on the way back, in real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import ASSESSED_WITHIN_MS, SCREEN
from tests.browser.viewer_page import drag, five_cm, label, picture, point, press

pytestmark = pytest.mark.browser

WHAT_IF = "What-if: not this patient"


@pytest.fixture(scope="module")
def page(chromium: Browser, app_url: str) -> Iterator[Page]:
    """The example, assessed."""
    page = chromium.new_page(viewport=SCREEN)
    page.goto(app_url)
    page.locator("[data-model=integrated]").wait_for(timeout=ASSESSED_WITHIN_MS)
    expect(label(page)).to_contain_text("/", timeout=30_000)
    yield page
    page.close()


def settle(page: Page) -> None:
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=60_000
    )


def again(page: Page) -> None:
    page.reload()
    page.locator("[data-model=integrated]").wait_for(timeout=60_000)
    expect(label(page)).to_contain_text("/", timeout=30_000)
    settle(page)


def and_back(page: Page) -> None:
    page.get_by_role("link", name="Model", exact=True).click()
    page.get_by_text("Engine of the networks").wait_for(timeout=60_000)
    settle(page)
    page.go_back()


def gcs(page: Page) -> Locator:
    return page.locator(".st-key-part input[type=range]").first


def chosen_part(page: Page) -> Locator:
    return page.locator(".st-key-parts").get_by_role("radio", checked=True)


def risks(page: Page) -> Locator:
    return page.locator("[data-model] .he-p")


def test_what_if_outlives_a_reload_and_the_way_back(page: Page) -> None:
    page.get_by_label("Irregular shape", exact=True).click()
    page.get_by_role("option", name="yes").click()
    settle(page)
    page.get_by_role("radio", name="What-if").click()
    settle(page)
    gcs(page).focus()
    gcs(page).press("Home")
    expect(page.locator(".he-band")).to_contain_text(WHAT_IF)
    page.get_by_text("Integrated", exact=True).click()
    settle(page)
    threshold = page.locator(".st-key-rates input[type=range]").last
    threshold.focus()
    for _ in range(9):
        threshold.press("ArrowRight")
    settle(page)
    moved, answers = gcs(page).input_value(), risks(page).all_inner_texts()
    for elsewhere in (
        lambda: again(page),
        lambda: and_back(page),
        lambda: (page.goto("about:blank"), page.go_back()),
    ):
        elsewhere()
        page.locator("[data-model=integrated]").wait_for(timeout=60_000)
        settle(page)
        expect(chosen_part(page)).to_have_text("What-if")
        expect(gcs(page)).to_have_value(moved)
        expect(page.locator(".he-band")).to_contain_text(WHAT_IF)
        expect(page.get_by_role("radio", name="Integrated")).to_be_checked()
        page.get_by_role("radio", name="Findings").click()
        settle(page)
        page.get_by_role("radio", name="What-if").click()  # the browser says what it shows
        settle(page)
        expect(gcs(page)).to_have_value(moved)
        expect(threshold).to_have_value("29")
        expect(risks(page)).to_have_text(answers)
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".he-band")).not_to_contain_text(WHAT_IF)
    page.get_by_role("radio", name="Findings").click()
    settle(page)
    again(page)
    expect(chosen_part(page)).to_have_text("Findings")
    expect(page.locator(".he-band")).not_to_contain_text(WHAT_IF)


def test_what_was_measured_outlives_a_reload_and_stands_in_the_report(
    page: Page, tmp_path: Path, screenshots: Path
) -> None:
    press(page, "a", "r")
    drag(page, point(page, 0.3, 0.4), (five_cm(page), 0))
    press(page, "t")
    picture(page)
    drag(page, point(page, 0.5, 0.35, 2), (0, 0.6 * five_cm(page, 2)))
    settle(page)
    again(page)
    lengths = page.locator(".stage .lengths")
    expect(lengths).to_have_text("50.0 mm")
    press(page, "t")
    picture(page)
    page.screenshot(path=screenshots / "measured-1366x768-light.png")
    page.get_by_role("radio", name="Report").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (PDF)").click()
    download.value.save_as(tmp_path / "report.pdf")
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as pdf:
        text = " ".join(" ".join(p.get_textpage().get_text_bounded().split()) for p in pdf)
    assert "Distances measured by the reader" in text
    assert "50.0 mm" in text
    assert "Sagittal, " in text
    press(page, "a", "Delete", "Escape")
    settle(page)
    again(page)
    expect(page.locator(".stage .measuring")).to_be_hidden()
