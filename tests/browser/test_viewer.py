"""The slice viewer's tools, in real Chromium on the bundled example.

Its slices are 5 mm apart; a field of view of 240 mm has 512 pixels.
"""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser

SCREEN = {"width": 1366, "height": 768}
# The networks take about 10 s on two idle cores; a busy machine takes several times as long.
ASSESSED_WITHIN_MS = 240_000


@pytest.fixture(scope="module")
def sent() -> list[bytes]:
    """Every message of the page to the server."""
    return []


@pytest.fixture(scope="module")
def assessed(chromium: Browser, app_url: str, sent: list[bytes]) -> Iterator[Page]:
    page = chromium.new_page(viewport=SCREEN)

    def record(payload: str | bytes) -> None:
        sent.append(payload.encode() if isinstance(payload, str) else payload)

    page.on("websocket", lambda socket: socket.on("framesent", record))
    page.goto(app_url)
    page.locator(".stage canvas").wait_for(timeout=ASSESSED_WITHIN_MS)
    expect(label(page)).to_contain_text("/")
    yield page
    page.close()


@pytest.fixture(scope="module")
def largest_slice(assessed: Page) -> int:
    """Where the viewer opens: where the hematoma is largest."""
    return slice_number(assessed)


@pytest.fixture
def page(assessed: Page, largest_slice: int) -> Page:
    """The viewer as it opened: one axial picture, outline, scroll."""
    press(assessed, "a", "Escape", "Delete", "1")
    assessed.get_by_label("Hematoma", exact=True).select_option("outline")
    assessed.get_by_label("Grad-CAM", exact=True).uncheck()
    assessed.get_by_label("Slice", exact=True).fill(str(largest_slice - 1))
    canvas(assessed).hover()
    return assessed


def press(page: Page, *keys: str) -> None:
    canvas(page).focus()
    for key in keys:
        page.keyboard.press(key)


def canvas(page: Page, index: int = 0) -> Locator:
    return page.locator(".stage canvas").nth(index)


def label(page: Page) -> Locator:
    return page.locator(".stage .where")


def slice_number(page: Page) -> int:
    found = re.search(r"Slice (\d+) / 30", label(page).inner_text())
    assert found
    return int(found[1])


def picture(page: Page, index: int = 0) -> str:
    """What a canvas shows once it has been painted."""
    return canvas(page, index).evaluate(
        """canvas => new Promise(resolve => requestAnimationFrame(
            () => requestAnimationFrame(() => resolve(canvas.toDataURL()))))"""
    )


def point(page: Page, x: float, y: float, index: int = 0) -> tuple[float, float]:
    """Point of the page at a share of a canvas' width and height."""
    box = canvas(page, index).bounding_box()
    assert box
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(
    page: Page, start: tuple[float, float], by: tuple[float, float], button: str = "left"
) -> None:
    page.mouse.move(*start)
    page.mouse.down(button=button)  # type: ignore[arg-type]
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=4)
    page.mouse.up(button=button)  # type: ignore[arg-type]


def five_cm(page: Page, index: int = 0) -> float:
    """Length of the scale bar of a picture, CSS pixels."""
    return page.locator(".stage .scale").nth(index).evaluate("bar => parseFloat(bar.style.width)")


def is_pressed(page: Page, button: str) -> bool:
    found = page.get_by_role("button", name=button, exact=True)
    return found.get_attribute("aria-pressed") == "true"


def test_scale_bar_is_as_long_as_the_field_of_view_says(page: Page) -> None:
    box = canvas(page).bounding_box()
    assert box
    side = min(box["width"], box["height"])  # 240 mm, the canvas being wider or higher than that
    assert five_cm(page) == pytest.approx(side * 50 / 240, abs=0.01)


def test_drag_scrolls_and_keeps_the_window(page: Page, largest_slice: int) -> None:
    box = canvas(page).bounding_box()
    assert box
    three_slices = 3 * box["height"] * 0.8 / 30
    drag(page, point(page, 0.5, 0.5), (0, -three_slices))
    expect(label(page)).to_contain_text(f"Slice {largest_slice + 3} /")
    expect(page.locator(".stage .window")).to_have_text("C 40 W 80 HU")


@pytest.mark.parametrize(("tool", "button"), [("w", "left"), ("s", "right")])
def test_window_follows_its_tool_and_the_right_button(page: Page, tool: str, button: str) -> None:
    press(page, tool)
    before = picture(page)
    drag(page, point(page, 0.5, 0.5), (40, -20), button)
    found = re.match(r"C (\d+) W (\d+) HU", page.locator(".stage .window").inner_text())
    assert found
    assert int(found[1]) < 40  # up is brighter
    assert int(found[2]) > 80
    expect(page.get_by_label("Density window")).to_have_value("own")
    assert picture(page) != before


def test_keys_choose_tools_and_layouts(page: Page) -> None:
    tools = {"w": "Window", "r": "Ruler", "b": "Brush", "e": "Eraser", "s": "Scroll"}
    for key, tool in tools.items():
        press(page, key)
        picture(page)
        assert is_pressed(page, tool)
    for key, layout, canvases in (("t", "Three planes", 3), ("d", "Side by side", 3)):
        press(page, key)
        picture(page)
        assert is_pressed(page, layout)
        expect(page.locator(".stage canvas")).to_have_count(canvases)
    press(page, "a")
    expect(page.locator(".stage canvas")).to_have_count(1)


def test_keys_that_streamlit_reserves_stay_in_the_viewer(page: Page, sent: list[bytes]) -> None:
    count = len(sent)
    press(page, "r")
    picture(page)
    assert is_pressed(page, "Ruler")
    assert len(sent) == count  # no rerun


def test_hematoma_is_drawn_as_outline_filled_or_not(page: Page) -> None:
    pictures = []
    for _ in range(3):
        pictures.append(picture(page))
        press(page, "o")
    assert len(set(pictures)) == 3
    assert picture(page) == pictures[0]


def test_opacity_is_that_of_fill_and_activation(page: Page) -> None:
    for overlay in ("o", "g"):
        press(page, overlay)
        page.get_by_label("Opacity").fill("60")
        before = picture(page)
        page.get_by_label("Opacity").fill("20")
        assert picture(page) != before
    page.get_by_label("Opacity").fill("60")


def test_activation_says_where_not_why(page: Page) -> None:
    title = page.locator("label", has_text="Grad-CAM").get_attribute("title")
    assert title
    assert "where the network looked, not why" in title


def test_planes_are_lettered_and_five_cm_are_ten_slices(page: Page) -> None:
    press(page, "t")
    for index, letters in enumerate(("RLAP", "RLSI", "APSI")):
        pane = page.locator(".pane").nth(index)
        shown = [pane.locator(f".{side}").inner_text() for side in ("left", "right", "top")]
        assert "".join([*shown, pane.locator(".bottom").inner_text()]) == letters
    for index in (1, 2):
        x, y = point(page, 0.5, 0.45, index)
        page.mouse.click(x, y)
        picture(page)
        upper = slice_number(page)
        page.mouse.click(x, y + five_cm(page, index))
        picture(page)
        # A click within a pixel of the border between two slices may fall on either.
        assert upper - slice_number(page) in {9, 10, 11}


def test_click_in_the_axial_plane_moves_the_others(page: Page) -> None:
    press(page, "t")
    captions = page.locator(".pane .caption")
    before = picture(page, 1), picture(page, 2), captions.all_inner_texts()
    page.mouse.click(*point(page, 0.4, 0.42))
    assert picture(page, 1) != before[0]
    assert picture(page, 2) != before[1]
    assert captions.all_inner_texts() != before[2]
    assert re.fullmatch(r"Coronal [AP] \d+ mm", captions.nth(1).inner_text())
    assert re.fullmatch(r"Sagittal [LR] \d+ mm", captions.nth(2).inner_text())


def test_side_by_side_shows_one_slice_three_times(page: Page) -> None:
    press(page, "d")
    expect(page.locator(".pane .caption")).to_have_text(["Original", "Segmentation", "Activation"])
    expect(page.get_by_text("shows where the network looked, not why")).to_be_visible()
    assert len({picture(page, index) for index in range(3)}) == 3
    page.mouse.move(*point(page, 0.5, 0.5, 1))
    before = [picture(page, index) for index in range(3)]
    page.mouse.wheel(0, 100)
    after = [picture(page, index) for index in range(3)]
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_ruler_measures_mm_by_a_drag_or_two_clicks(page: Page) -> None:
    press(page, "r")
    lengths = page.locator(".stage .lengths")
    x, y = point(page, 0.3, 0.4)
    drag(page, (x, y), (five_cm(page), 0))
    expect(lengths).to_have_text("50.0 mm")
    page.mouse.click(x, y)
    page.mouse.click(x, y + 0.6 * five_cm(page))
    expect(lengths).to_have_text(re.compile(r"50\.0 mm\s+·\s+(29\.9|30\.0|30\.1) mm"))


def test_rulers_stay_on_their_slice_until_cleared(page: Page) -> None:
    press(page, "r")
    without = picture(page)
    drag(page, point(page, 0.3, 0.4), (100, 50))
    measured = page.locator(".stage .lengths").inner_text()
    page.mouse.wheel(0, -100)
    expect(page.locator(".stage .lengths")).to_have_text("")
    page.mouse.wheel(0, 100)
    expect(page.locator(".stage .lengths")).to_have_text(measured)
    page.get_by_role("button", name="Clear", exact=True).click()
    page.mouse.move(*point(page, 0.5, 0.5))
    assert picture(page) == without


def test_ruler_in_the_coronal_plane_knows_the_slice_distance(page: Page) -> None:
    press(page, "t", "r")
    drag(page, point(page, 0.5, 0.35, 1), (0, five_cm(page, 1)))
    expect(page.locator(".stage .lengths")).to_have_text("50.0 mm")


def test_wheel_with_control_zooms_and_double_click_fits(page: Page) -> None:
    fitted = five_cm(page)
    page.mouse.move(*point(page, 0.5, 0.5))
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    picture(page)
    assert five_cm(page) > 1.3 * fitted
    zoomed = picture(page)
    drag(page, point(page, 0.5, 0.5), (30, 30), "middle")
    assert picture(page) != zoomed
    page.mouse.dblclick(*point(page, 0.5, 0.5))
    picture(page)
    assert five_cm(page) == pytest.approx(fitted)


def test_click_on_the_strip_jumps_to_that_slice(page: Page) -> None:
    box = page.locator(".strip").bounding_box()
    assert box
    x = box["x"] + box["width"] / 2
    for number in (3, 20, 30):  # the first slice is at the bottom
        page.mouse.click(x, box["y"] + box["height"] * (1 - (number - 0.5) / 30))
        expect(label(page)).to_contain_text(f"Slice {number} /")


def test_strip_tells_area_and_score_of_the_slice_under_the_cursor(
    page: Page, largest_slice: int
) -> None:
    strip = page.get_by_label("Slice", exact=True)
    box = strip.bounding_box()
    assert box
    x = box["x"] + box["width"] / 2
    page.mouse.move(x, box["y"] + box["height"] * (1 - (largest_slice - 0.5) / 30))
    title = strip.get_attribute("title") or ""
    assert re.match(rf"Slice {largest_slice}: hematoma \d+\.\d cm², DL score 0\.\d\d", title)
    page.mouse.move(x, box["y"] + 2)
    assert strip.get_attribute("title") == "Slice 30: no hematoma"


def test_brush_adds_eraser_takes_and_undo_restores(page: Page) -> None:
    press(page, "b")
    page.mouse.move(*point(page, 0.5, 0.1))
    before = picture(page)
    for tool in ("b", "e"):
        press(page, tool)
        start = point(page, 0.35, 0.4) if tool == "b" else point(page, 0.6, 0.5)
        drag(page, start, (60, 20))
        expect(page.locator(".stage .state")).to_have_text("Edited, not yet applied")
        press(page, "b")
        page.mouse.move(*point(page, 0.5, 0.1))
        assert picture(page) != before
        press(page, "Control+z")
        assert picture(page) == before
        expect(page.locator(".stage .state")).to_be_hidden()


def test_stroke_keeps_to_its_slice(page: Page) -> None:
    press(page, "b")
    start = slice_number(page)
    page.mouse.move(*point(page, 0.35, 0.4))
    page.mouse.down()
    page.mouse.wheel(0, -100)
    page.mouse.up()
    picture(page)
    assert slice_number(page) == start
    press(page, "Control+z")


def test_brush_size_follows_the_brackets(page: Page) -> None:
    press(page, "b", "]")
    expect(page.locator(".brush-size")).to_have_text("⌀ 7.5 mm")
    press(page, "[")
    expect(page.locator(".brush-size")).to_have_text("⌀ 6.0 mm")


def test_reset_returns_to_the_outline_of_the_network_and_can_be_undone(page: Page) -> None:
    press(page, "b")
    page.mouse.move(*point(page, 0.5, 0.1))
    before = picture(page)
    drag(page, point(page, 0.35, 0.4), (60, 20))
    page.mouse.move(*point(page, 0.5, 0.1))
    edited = picture(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    page.mouse.move(*point(page, 0.5, 0.1))
    assert picture(page) == before
    press(page, "Control+z")
    assert picture(page) == edited
    press(page, "Control+z")
    assert picture(page) == before


def test_nothing_but_apply_goes_to_the_server(page: Page, sent: list[bytes]) -> None:
    count = len(sent)
    for _ in range(5):
        page.mouse.wheel(0, 100)
    press(page, "ArrowUp", "t", "d", "a", "g", "o", "3", "b")
    drag(page, point(page, 0.35, 0.4), (60, 20))
    page.wait_for_timeout(500)  # longer than any debounce
    assert len(sent) == count


def test_apply_sends_the_mask_once(page: Page, sent: list[bytes]) -> None:
    press(page, "b")
    drag(page, point(page, 0.35, 0.4), (60, 20))
    count = len(sent)
    page.get_by_role("button", name="Apply", exact=True).click()
    page.wait_for_timeout(1000)
    edits = [message for message in sent[count:] if b'"rle"' in message]
    assert len(edits) == 1
    found = re.search(rb'\{[^{}]*"rle"[^{}]*\}', edits[0])
    assert found
    edit = json.loads(found[0])
    assert edit["shape"] == [30, 512, 512]
    assert sum(int(run, 36) for run in edit["rle"].split(" ")) == 30 * 512 * 512
