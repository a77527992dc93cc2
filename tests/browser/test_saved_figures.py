"""Figures that are taken away, in real Chromium."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import SCREEN

pytestmark = pytest.mark.browser


def test_validation_is_saved_by_its_name_and_stands_alone(
    chromium: Browser, app_url: str, tmp_path: Path, screenshots: Path
) -> None:
    page = chromium.new_page(viewport=SCREEN)
    page.goto(app_url)
    page.get_by_role("link", name="Validation", exact=True).click()
    page.get_by_role("button", name="Simulate the paper's cohort").click()
    save = page.get_by_role("button", name="Save the figures (SVG)")
    save.wait_for(timeout=60_000)
    with page.expect_download() as download:
        save.click()
    assert download.value.suggested_filename == "hescope-validation-simulated.svg"
    download.value.save_as(tmp_path / "validation.svg")
    figure = ET.parse(tmp_path / "validation.svg").getroot()
    wide = float(figure.get("width", ""))
    page.goto((tmp_path / "validation.svg").as_uri())
    page.screenshot(path=screenshots / "validation-saved.png")
    ends = page.evaluate(
        "[...document.querySelectorAll('text')].map(text => text.getBoundingClientRect().right)"
    )
    assert max(ends) <= wide  # no text is cut off by any other program's font either
    page.close()
