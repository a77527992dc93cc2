"""The slice viewer's tools, in real Chromium on the bundled example.

Its slices are 5 mm apart; a field of view of 240 mm has 512 pixels.
"""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.viewer_page import (
    canvas,
    drag,
    five_cm,
    is_pressed,
    label,
    picture,
    point,
    press,
    slice_number,
)

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize(
    ("tool", "index", "fits"),
    [("s", 0, True), ("w", 0, True), ("r", 0, False), ("e", 0, False), ("e", 1, True)],
)
def test_double_click_fits_where_the_tool_does_not_draw(
    page: Page, tool: str, index: int, fits: bool
) -> None:
    press(page, "t", tool)  # the eraser scrolls in the coronal plane
    picture(page)
    fitted = five_cm(page, index)
    page.mouse.move(*point(page, 0.5, 0.1, index))  # outside of the hematoma
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.mouse.dblclick(*point(page, 0.5, 0.1, index))
    picture(page)
    assert (five_cm(page, index) == pytest.approx(fitted)) == fits
    press(page, "s")
    page.mouse.dblclick(*point(page, 0.5, 0.1, index))


def test_picture_cannot_be_panned_out_of_sight(page: Page) -> None:
    for _ in range(4):
        drag(page, point(page, 0.3, 0.3), (250, 250), "middle")
    page.mouse.move(*point(page, 0.55, 0.55))
    expect(page.locator(".stage .cursor")).to_contain_text("HU at")
    page.mouse.move(*point(page, 0.45, 0.45))
    expect(page.locator(".stage .cursor")).to_have_text("")
    page.mouse.dblclick(*point(page, 0.5, 0.5))


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
    shown = rf"Slice {largest_slice} of 30, hematoma \d+ mm², DL score 0\.\d\d"
    assert re.match(shown, title)
    assert "DL score from 0 (gray) to 0.5 or more (yellow)" in title
    assert re.match(shown, strip.get_attribute("aria-valuetext") or "")
    page.mouse.move(x, box["y"] + 2)
    assert (strip.get_attribute("title") or "").startswith("Slice 30 of 30, no hematoma")


def test_strip_has_the_color_of_the_score_itself(page: Page, largest_slice: int) -> None:
    strip = page.get_by_label("Slice", exact=True)
    for number in (largest_slice, largest_slice + 2):
        strip.fill(str(number - 1))
        picture(page)
        said = re.search(r"DL score (0\.\d\d)", strip.get_attribute("aria-valuetext") or "")
        assert said
        red = page.locator(".strip canvas").evaluate(
            """(canvas, share) => canvas.getContext("2d").getImageData(
                12, Math.floor(share * canvas.height), 1, 1).data[0]""",
            1 - (number - 0.5) / 30,
        )
        expected = np.interp(float(said[1]), np.linspace(0, 0.5, 5), [87, 124, 166, 210, 254])
        assert red == pytest.approx(expected, abs=3)  # the score is said to 0.005: 2 of red


def test_filter_behind_l5_is_shown_with_its_value_and_one_map_at_a_time(page: Page) -> None:
    plain = picture(page)
    press(page, "l")
    assert page.get_by_label("L5", exact=True).is_checked()
    shown = picture(page)
    assert shown != plain
    page.mouse.move(*point(page, 0.62, 0.45))  # within the hematoma
    expect(page.locator(".stage .cursor")).to_contain_text(re.compile(r"filter -\d+ HU"))
    press(page, "g")
    assert not page.get_by_label("L5", exact=True).is_checked()
    press(page, "g")
    page.mouse.move(*point(page, 0.5, 0.1))
    assert picture(page) == plain


def test_keys_are_listed_by_question_mark_and_go_by_escape(page: Page) -> None:
    keys = page.get_by_role("dialog", name="Keys of the viewer")
    press(page, "?")
    expect(keys).to_contain_text("undo a stroke")
    press(page, "Escape")
    expect(keys).to_be_hidden()


def test_film_plays_the_slices_until_escape(page: Page) -> None:
    began = slice_number(page)
    press(page, "c")
    expect(label(page)).not_to_contain_text(f"Slice {began} /")
    press(page, "Escape")
    stopped = slice_number(page)
    page.wait_for_timeout(500)
    assert slice_number(page) == stopped


def test_two_windows_show_one_slice_in_two_contrasts(page: Page) -> None:
    press(page, "v")
    assert page.locator(".stage .pane").count() == 2
    assert picture(page, 0) != picture(page, 1)
    expect(page.locator(".stage .caption").nth(1)).to_have_text("Wider window")


def test_strip_shows_the_slice_under_the_mouse(page: Page) -> None:
    preview = page.locator("canvas.preview")
    expect(preview).to_be_hidden()
    box = page.get_by_label("Slice", exact=True).bounding_box()
    assert box
    page.mouse.move(box["x"] + 10, box["y"] + 0.5 * box["height"])
    expect(preview).to_be_visible()
    first = preview.evaluate("canvas => canvas.toDataURL()")
    page.mouse.move(box["x"] + 10, box["y"] + 0.3 * box["height"])
    assert preview.evaluate("canvas => canvas.toDataURL()") != first
    page.mouse.move(*point(page, 0.5, 0.5))
    expect(preview).to_be_hidden()
