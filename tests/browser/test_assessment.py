"""The bundled example, opened and read in real Chromium, as at the bedside."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

SCREEN = {"width": 1366, "height": 768}
# The networks take about 10 s on two idle cores; a busy machine takes several times as long.
ASSESSED_WITHIN_MS = 240_000


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """Address of every request the page made."""
    return []


@pytest.fixture(scope="module")
def page(chromium: Browser, app_url: str, requests: list[str]) -> Iterator[Page]:
    """The example, assessed."""
    page = chromium.new_page(viewport=SCREEN)
    page.on("request", lambda request: requests.append(request.url))
    page.goto(app_url)
    answer = page.locator("[data-model=integrated], [data-testid=stAlert]").first
    answer.wait_for(timeout=ASSESSED_WITHIN_MS)
    assert answer.get_attribute("data-model"), answer.inner_text()
    expect(slice_label(page)).to_contain_text("/", timeout=30_000)
    yield page
    page.close()


@pytest.fixture(scope="module")
def largest_slice(page: Page) -> int:
    """Where the viewer opens: where the hematoma is largest, and the overlays show something."""
    return slice_number(page)


def slice_label(page: Page):
    return page.locator(".stage .where")


def slice_number(page: Page) -> int:
    found = re.search(r"Slice (\d+) / 30", slice_label(page).inner_text())
    assert found
    return int(found[1])


def picture(page: Page) -> str:
    """What the canvas shows once it has been painted."""
    return page.locator(".stage canvas").evaluate(
        """canvas => new Promise(resolve => requestAnimationFrame(
            () => requestAnimationFrame(() => resolve(canvas.toDataURL()))))"""
    )


def probability(page: Page, model: str) -> str:
    return page.locator(f"[data-model={model}] .he-p").inner_text()


def gcs(page: Page):
    return page.get_by_label("Glasgow Coma Scale", exact=True)


@pytest.mark.usefixtures("largest_slice")  # first, while the viewer is as it opened
def test_first_screen_holds_what_must_be_seen_at_once(page: Page, screenshots: Path) -> None:
    page.screenshot(path=screenshots / "assessment-1366x768-light.png")
    must_see = [
        page.locator(".stage canvas"),
        page.get_by_text("Research use only. Not a medical device."),
        page.get_by_text("Simulated example"),
        *(page.locator(f"[data-model={kind}]") for kind in ("image", "clinical", "integrated")),
        page.get_by_label("Age (years)", exact=True),
        gcs(page),
        page.get_by_label("Fibrinogen", exact=True),
    ]
    for seen in must_see:
        box = seen.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= SCREEN["height"]


def test_no_probability_is_cut_off_by_its_column(page: Page) -> None:
    for column in page.locator("[data-model]").all():
        assert column.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_wheel_and_arrow_keys_scroll_the_slices_but_not_the_page(page: Page) -> None:
    canvas = page.locator(".stage canvas")
    canvas.click()
    start = slice_number(page)
    page.mouse.wheel(0, -100)
    expect(slice_label(page)).to_contain_text(f"Slice {start + 1} /")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(slice_label(page)).to_contain_text(f"Slice {start - 1} /")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    expect(slice_label(page)).to_contain_text("Slice 30 /")
    assert page.evaluate("window.scrollY") == 0


def test_density_under_the_cursor_is_brain_in_the_middle_and_air_in_the_corner(page: Page) -> None:
    page.locator(".stage canvas").click()
    page.keyboard.press("Home")
    for _ in range(14):
        page.keyboard.press("ArrowUp")
    expect(slice_label(page)).to_contain_text("Slice 15 /")
    box = page.locator(".stage canvas").bounding_box()
    assert box
    readings = []
    for x, y in ((0.5, 0.4), (0.12, 0.12)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        reading = page.locator(".stage .cursor").inner_text()
        found = re.match(r"(-?\d+) HU at [LR] \d+ [AP] \d+ [SI] \d+ mm", reading)
        assert found, reading
        readings.append(int(found[1]))
    assert -50 < readings[0] < 100  # brain or fluid
    assert readings[1] < -800  # air


def test_windows_change_the_picture(page: Page) -> None:
    brain = picture(page)
    page.get_by_label("Density window").select_option("Bone")
    expect(page.locator(".stage .window")).to_have_text("C 500 W 2500 HU")
    assert picture(page) != brain
    page.locator(".stage canvas").click()
    page.keyboard.press("1")
    expect(page.locator(".stage .window")).to_have_text("C 40 W 80 HU")


def test_activation_can_be_switched(page: Page, largest_slice: int) -> None:
    page.get_by_label("Slice", exact=True).fill(str(largest_slice - 1))
    expect(slice_label(page)).to_contain_text(f"Slice {largest_slice} /")
    switch = page.get_by_label("Grad-CAM", exact=True)
    before = picture(page)
    switch.click()
    assert picture(page) != before
    switch.click()
    assert picture(page) == before


def test_changing_gcs_changes_clinical_and_integrated_at_once(page: Page) -> None:
    before = {kind: probability(page, kind) for kind in ("image", "clinical", "integrated")}
    gcs(page).fill("5")
    gcs(page).press("Enter")
    expect(page.locator("[data-model=clinical] .he-p")).not_to_have_text(before["clinical"])
    assert probability(page, "image") == before["image"]
    gcs(page).fill("17")
    gcs(page).press("Enter")
    expect(page.get_by_text("3 to 15 is possible")).to_be_visible()
    gcs(page).fill("10")
    gcs(page).press("Enter")
    expect(page.locator("[data-model=clinical] .he-p")).to_have_text(before["clinical"])


def test_dark_theme_follows_the_system(page: Page, screenshots: Path) -> None:
    page.emulate_media(color_scheme="dark")
    background = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    page.wait_for_function(f"{background} === 'rgb(15, 19, 23)'")
    page.screenshot(path=screenshots / "assessment-1366x768-dark.png")
    page.emulate_media(color_scheme="light")


def test_uploaded_folder_without_images_is_refused_where_the_user_is_looking(
    page: Page, tmp_path: Path, screenshots: Path
) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    page.get_by_role("button", name="Open another study").click()
    page.locator("input[type=file]").set_input_files(tmp_path)
    page.get_by_role("button", name="Assess the upload").click()
    error = page.locator("[data-testid=stAlert]")
    expect(error).to_contain_text("Found no DICOM or NIfTI image, expected a head CT.")
    expect(error).to_contain_text("Choose the folder of the baseline non-contrast head CT")
    page.screenshot(path=screenshots / "refused-1366x768-light.png")
    expect(page.get_by_role("button", name="Assess the example")).to_be_enabled()


def test_everything_was_asked_of_this_computer_alone(page: Page, requests: list[str]) -> None:
    # Last in this file: every request of the tests above is on the list.
    fetched = [url for url in requests if urlsplit(url).scheme not in {"data", "blob"}]
    assert len(fetched) > 10
    assert {urlsplit(url).hostname for url in fetched} == {"127.0.0.1"}
