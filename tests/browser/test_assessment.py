"""The bundled example, opened and read in real Chromium, as at the bedside."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from core.domain import ESTIMATE_KINDS
from tests.browser.conftest import ASSESSED_WITHIN_MS, SCREEN
from tests.browser.viewer_page import label, picture, slice_number

pytestmark = pytest.mark.browser


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
    expect(label(page)).to_contain_text("/", timeout=30_000)
    yield page
    page.close()


@pytest.fixture(scope="module")
def largest_slice(page: Page) -> int:
    """Where the viewer opens: where the hematoma is largest, and the overlays show something."""
    return slice_number(page)


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
        page.get_by_text("Simulated: Clear expander"),
        *(page.locator(f"[data-model={kind}]") for kind in ESTIMATE_KINDS),
        page.get_by_label("Age (years)", exact=True),
        gcs(page),
        page.get_by_label("Fibrinogen", exact=True),
        page.get_by_label("Irregular shape", exact=True),
        page.get_by_role("radio", name="Report"),
    ]
    for seen in must_see:
        box = seen.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= SCREEN["height"]


def test_no_probability_is_cut_off_by_its_column(page: Page) -> None:
    for column in page.locator("[data-model]").all():
        assert column.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_the_answer_that_rests_on_outcomes_is_largest_and_first(page: Page) -> None:
    sizes = {
        kind: page.locator(f"[data-model={kind}] .he-p").evaluate(
            "e => parseFloat(getComputedStyle(e).fontSize)"
        )
        for kind in ESTIMATE_KINDS
    }
    assert all(sizes["outcome"] > 1.5 * sizes[kind] for kind in ESTIMATE_KINDS[1:])
    tops = [page.locator(f"[data-model={kind}]").bounding_box() for kind in ESTIMATE_KINDS]
    assert all(tops[0]["y"] + tops[0]["height"] <= below["y"] for below in tops[1:])
    assert len({below["y"] for below in tops[1:]}) == 1  # side by side
    for kind in ESTIMATE_KINDS:
        said = page.locator(f"[data-model={kind}]")
        expect(said.locator(".he-side")).to_have_text(re.compile("(above|below) the threshold"))
        expect(said.locator(".he-evidence")).to_contain_text(re.compile("(held-out|expected) AUC"))


def test_what_changes_the_meaning_stands_above_the_numbers(page: Page) -> None:
    above, numbers = page.locator(".he-band"), page.locator(".he-measures")
    expect(above).to_contain_text("Simulated CT")
    box, below = above.bounding_box(), numbers.bounding_box()
    assert box
    assert below
    assert box["y"] + box["height"] <= below["y"]


def test_disagreement_is_said_in_a_sentence_and_goes_with_it(page: Page, screenshots: Path) -> None:
    onset = page.get_by_label("Onset to CT (h)", exact=True)
    expect(page.locator(".he-apart")).to_have_count(0)
    age, fibrinogen = (page.get_by_label(n, exact=True) for n in ("Age (years)", "Fibrinogen"))
    fields = (age, gcs(page), fibrinogen, onset)
    for field, value in zip(fields, ("30", "15", "150", "20"), strict=True):
        field.fill(value)
        field.press("Enter")
    expect(page.locator(".he-apart")).to_contain_text("by more than the intervals")
    expect(page.locator(".he-study")).to_contain_text("20 h after onset")
    page.screenshot(path=screenshots / "disagreement-1366x768-light.png")
    for field, value in zip(fields, ("65", "10", "260", "1.5"), strict=True):
        field.fill(value)
        field.press("Enter")
    expect(page.locator(".he-apart")).to_have_count(0)
    settle(page)


def test_wheel_and_arrow_keys_scroll_the_slices_but_not_the_page(page: Page) -> None:
    canvas = page.locator(".stage canvas")
    canvas.click()
    start = slice_number(page)
    page.mouse.wheel(0, -100)
    expect(label(page)).to_contain_text(f"Slice {start + 1} /")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(label(page)).to_contain_text(f"Slice {start - 1} /")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    expect(label(page)).to_contain_text("Slice 30 /")
    assert page.evaluate("window.scrollY") == 0


def test_density_under_the_cursor_is_brain_in_the_middle_and_air_in_the_corner(page: Page) -> None:
    page.locator(".stage canvas").click()
    page.keyboard.press("Home")
    for _ in range(14):
        page.keyboard.press("ArrowUp")
    expect(label(page)).to_contain_text("Slice 15 /")
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
    expect(label(page)).to_contain_text(f"Slice {largest_slice} /")
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


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (3840, 2160)])
def test_nothing_of_the_first_screen_needs_scrolling(
    page: Page, screenshots: Path, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(500)  # the canvas follows its new size
    page.screenshot(path=screenshots / f"assessment-{width}x{height}-light.png")
    form = page.get_by_label("Antiplatelet use", exact=True).bounding_box()
    assert form
    assert form["y"] + form["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size(SCREEN)


@pytest.mark.parametrize(
    "part", ["What-if", "Why", "Accuracy", "Scores", "Slices", "3-D", "Report"]
)
def test_each_part_is_one_click_away_and_moves_nothing(
    page: Page, screenshots: Path, part: str
) -> None:
    above = page.locator("[data-model=integrated]")
    before = above.bounding_box()
    page.get_by_role("radio", name=part).click()
    expect(page.get_by_role("radio", name=part)).to_be_checked()
    page.wait_for_timeout(1500)  # charts are drawn
    page.screenshot(path=screenshots / f"part-{part.lower()}-1366x768-light.png")
    assert above.bounding_box() == before
    assert page.evaluate("window.scrollY") == 0
    page.get_by_role("radio", name="Findings").click()
    expect(gcs(page)).to_be_visible()


def test_what_if_is_marked_and_leaves_the_patient_alone(page: Page) -> None:
    before = probability(page, "integrated")
    page.get_by_role("radio", name="What-if").click()
    slider = page.locator(".st-key-part input[type=range]").nth(1)
    slider.focus()
    slider.press("Home")
    expect(page.get_by_text("What-if: not this patient")).to_be_visible()
    expect(page.locator("[data-model=integrated]")).to_contain_text(f"baseline {before}")
    page.get_by_role("radio", name="Findings").click()
    expect(page.get_by_text("What-if: not this patient")).to_have_count(0)
    expect(page.locator("[data-model=integrated] .he-p")).to_have_text(before)


CHOSEN = "[role=radio][aria-checked=true]"


def settle(page: Page) -> None:
    """Wait while the page is made anew: a click meanwhile may be lost on a busy machine."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=30_000
    )


def test_gcs_is_added_up_from_its_parts(page: Page) -> None:
    page.get_by_role("button", name="GCS from E + V + M").click()
    for part, points in (("Eyes", "2"), ("Verbal", "2"), ("Motor", "4")):
        chosen = page.get_by_role("radiogroup", name=part).get_by_text(points, exact=True)
        chosen.wait_for()
        settle(page)
        chosen.click()
        expect(page.get_by_role("radiogroup", name=part).locator(CHOSEN)).to_have_text(points)
    expect(gcs(page)).to_have_value("8")
    page.keyboard.press("Escape")
    gcs(page).fill("10")
    gcs(page).press("Enter")
    settle(page)


def test_click_on_a_slice_of_the_table_shows_it(page: Page) -> None:
    page.get_by_role("radio", name="Slices").click()
    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.locator("[role=gridcell]").first.wait_for(state="attached")  # the rows are drawn
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 16, box["y"] + 52)  # the first row's box
    expect(label(page)).to_contain_text("Slice 21 /")
    page.get_by_role("radio", name="Findings").click()


def test_edit_changes_volume_and_report_says_so(page: Page, tmp_path: Path) -> None:
    volume = page.locator(".he-measures dd").first
    before = volume.inner_text()
    canvas = page.locator(".stage canvas").first
    canvas.click()
    page.keyboard.press("b")
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.6 * box["height"], steps=8)
    page.mouse.up()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Volume, outline edited by reader")).to_be_visible(timeout=60_000)
    assert volume.inner_text() != before
    page.get_by_role("radio", name="Report").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (PDF)").click()
    download.value.save_as(tmp_path / "report.pdf")
    with pypdfium2.PdfDocument(tmp_path / "report.pdf") as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
    assert "edited by reader" in text
    page.get_by_role("radio", name="Findings").click()
    page.get_by_role("button", name="Reset").click()
    expect(volume).to_have_text(before, timeout=60_000)


def test_guided_tour_names_each_place(page: Page, screenshots: Path) -> None:
    page.get_by_role("button", name="View").click()
    page.get_by_role("button", name="Guided tour").click()
    expect(page.get_by_text("1 of 6")).to_be_visible()
    for step in range(2, 7):
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_text(f"{step} of 6")).to_be_visible()
    page.screenshot(path=screenshots / "tour-1366x768-light.png")
    page.get_by_role("button", name="End tour").click()
    expect(page.get_by_text("6 of 6")).to_have_count(0)


@pytest.mark.parametrize("name", ["Home", "Model", "About"])
def test_other_pages_leave_the_study_open(page: Page, screenshots: Path, name: str) -> None:
    before = probability(page, "integrated")
    page.get_by_role("link", name=name).click()
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_timeout(500)
    page.screenshot(path=screenshots / f"{name.lower()}-1366x768-light.png")
    page.get_by_role("link", name="Study").click()
    expect(page.locator("[data-model=integrated] .he-p")).to_have_text(before)


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
    expect(page.get_by_text("Will this hemorrhage grow?")).to_be_visible()
    page.locator("input[type=file]").set_input_files(tmp_path)
    page.get_by_role("button", name="Assess the upload").click()
    error = page.locator("[data-testid=stAlert]")
    expect(error).to_contain_text("Found no DICOM or NIfTI image, expected a head CT.")
    expect(error).to_contain_text("Choose the folder of the baseline non-contrast head CT")
    page.screenshot(path=screenshots / "refused-1366x768-light.png")
    expect(page.get_by_role("button", name="See this example").first).to_be_enabled()


def test_assessment_can_be_cancelled_and_begun_again(page: Page) -> None:
    page.get_by_role("button", name="See this example").nth(1).click()
    page.get_by_role("button", name="Cancel").click(timeout=60_000)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0, timeout=60_000)
    page.get_by_role("button", name="See this example").nth(1).click()
    page.locator("[data-model=integrated]").wait_for(timeout=ASSESSED_WITHIN_MS)
    expect(page.get_by_text("Simulated: Clear non-expander")).to_be_visible()


def test_everything_was_asked_of_this_computer_alone(page: Page, requests: list[str]) -> None:
    # Last in this file: every request of the tests above is on the list.
    fetched = [url for url in requests if urlsplit(url).scheme not in {"data", "blob"}]
    assert len(fetched) > 10
    assert {urlsplit(url).hostname for url in fetched} == {"127.0.0.1"}
