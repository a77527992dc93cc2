"""Two CTs opened one after the other, in real Chromium."""

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ASSESSED_WITHIN_MS, EXAMPLE, SCREEN

pytestmark = pytest.mark.browser

LATER = EXAMPLE.parent / "swirl-false-positive" / "dicom"


def test_growth_is_answered_beside_both_outlines(
    chromium: Browser, app_url: str, screenshots: Path, tmp_path: Path
) -> None:
    page = chromium.new_page(viewport=SCREEN)
    page.goto(app_url)
    page.locator("[data-model=integrated]").wait_for(timeout=ASSESSED_WITHIN_MS)
    page.get_by_role("link", name="Follow-up", exact=True).click()
    page.get_by_label("Path of a DICOM folder").fill(str(LATER))
    page.get_by_role("button", name="Assess this path").click()
    answer = page.locator("[data-expanded=True]")
    answer.wait_for(timeout=ASSESSED_WITHIN_MS)
    expect(answer).to_contain_text("Expanded")
    expect(answer).to_contain_text("mL on the baseline")
    expect(answer).to_contain_text("Foretold at the baseline")
    expect(page.locator(".he-band")).to_contain_text("These may be two patients")  # and they are
    for number in range(2):
        expect(page.locator(".stage .where").nth(number)).to_contain_text("Slice")
    page.wait_for_timeout(1000)  # both pictures are drawn
    page.screenshot(path=screenshots / "follow-up-1366x768-light.png")
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (PDF)").click()
    download.value.save_as(tmp_path / "follow_up.pdf")
    with pypdfium2.PdfDocument(tmp_path / "follow_up.pdf") as pdf:
        assert "Expanded" in pdf[0].get_textpage().get_text_bounded()
    page.reload()  # the tab finds both studies again
    answer.wait_for(timeout=60_000)
    page.get_by_role("link", name="Study", exact=True).click()
    page.locator("[data-model=integrated]").wait_for(timeout=60_000)
    page.close()
