"""Correcting the hematoma's outline in the viewer, in real Chromium on the bundled example."""

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.viewer_page import (
    canvas,
    drag,
    is_pressed,
    label,
    picture,
    point,
    press,
    slice_number,
)

pytestmark = pytest.mark.browser

SCORED_WITHIN_MS = 60_000  # a second or two on an idle machine
NOT_APPLIED = "Edited, not yet applied"

_LOSE_A_MESSAGE = """
() => {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = () => { WebSocket.prototype.send = send; };
}
"""


@pytest.fixture(autouse=True)
def network_outline_afterwards(page: Page) -> Iterator[None]:
    yield
    press(page, "a", "b")
    expect(state(page)).not_to_contain_text("Scoring", timeout=SCORED_WITHIN_MS)
    reset = button(page, "Reset")
    if reset.is_enabled():
        reset.click()
    expect(reset).to_be_disabled(timeout=SCORED_WITHIN_MS)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def state(page: Page) -> Locator:
    """What the viewer says of the edit."""
    return page.locator(".stage .state")


def edited_badge(page: Page) -> Locator:
    """Seen once the server has scored an edit."""
    return page.locator(".stage .edited")


def paint(page: Page, x: float, y: float) -> None:
    """A stroke from a share of the canvas; the pointer then leaves, and its ring with it."""
    drag(page, point(page, x, y), (60, 20))
    page.mouse.move(*point(page, 0.5, 0.1))


@contextmanager
def digest(page: Page, function: str) -> Iterator[None]:
    """Another function in the place of the browser's SHA-256."""
    page.evaluate(f"void (crypto.subtle.digest = {function})")
    yield
    page.evaluate("delete crypto.subtle.digest")


def test_brush_adds_eraser_takes_and_undo_restores(page: Page) -> None:
    press(page, "b")
    page.mouse.move(*point(page, 0.5, 0.1))
    before = picture(page)
    for tool in ("b", "e"):
        press(page, tool)
        start = point(page, 0.35, 0.4) if tool == "b" else point(page, 0.6, 0.5)
        drag(page, start, (60, 20))
        expect(state(page)).to_have_text(NOT_APPLIED)
        press(page, "b")
        page.mouse.move(*point(page, 0.5, 0.1))
        assert picture(page) != before
        press(page, "Control+z")
        assert picture(page) == before
        expect(state(page)).to_be_hidden()


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


def test_brackets_may_be_typed_with_alt(page: Page) -> None:
    press(page, "b")
    for key, size in (("]", "7.5"), ("[", "6.0")):  # AltGr, as Windows reports it
        typed = {"key": key, "altKey": True, "ctrlKey": True}
        canvas(page).dispatch_event("keydown", typed)
        expect(page.locator(".brush-size")).to_have_text(f"⌀ {size} mm")
    press(page, "Alt+t")  # the browser's
    picture(page)
    expect(page.locator(".pane")).to_have_count(1)


# "Z" without Shift is that of Caps Lock.
@pytest.mark.parametrize("keys", ["Control+z", "Control+Z", "Meta+z"])
def test_undo_is_on_control_and_command(page: Page, keys: str) -> None:
    press(page, "b")
    paint(page, 0.35, 0.4)
    press(page, "Control+Shift+z")
    expect(state(page)).to_have_text(NOT_APPLIED)
    press(page, keys)
    expect(state(page)).to_be_hidden()


def test_keys_do_nothing_during_a_stroke(page: Page) -> None:
    press(page, "b")
    start = slice_number(page)
    page.mouse.move(*point(page, 0.5, 0.1))
    before = picture(page)
    page.mouse.move(*point(page, 0.35, 0.4))
    page.mouse.down()
    page.mouse.move(*point(page, 0.45, 0.4), steps=4)
    press(page, "ArrowUp", "Control+z", "t", "e", "Escape")
    page.mouse.up()
    picture(page)
    assert slice_number(page) == start
    assert is_pressed(page, "Brush")
    expect(page.locator(".pane")).to_have_count(1)
    expect(state(page)).to_have_text(NOT_APPLIED)
    press(page, "ArrowUp")
    expect(label(page)).to_contain_text(f"Slice {start + 1} /")
    press(page, "Control+z")
    page.mouse.move(*point(page, 0.5, 0.1))
    assert picture(page) == before


def test_change_of_layout_ends_the_stroke(page: Page) -> None:
    press(page, "b")
    page.mouse.move(*point(page, 0.35, 0.4))
    page.mouse.down()
    page.mouse.move(*point(page, 0.45, 0.4), steps=4)
    button(page, "Three planes").dispatch_event("click")  # as of a second finger
    page.mouse.up()
    start = slice_number(page)
    press(page, "ArrowUp")
    expect(label(page)).to_contain_text(f"Slice {start + 1} /")
    press(page, "Control+z")
    expect(state(page)).to_be_hidden()


def test_reset_returns_to_the_outline_of_the_network_and_can_be_undone(page: Page) -> None:
    press(page, "b")
    page.mouse.move(*point(page, 0.5, 0.1))
    before = picture(page)
    drag(page, point(page, 0.35, 0.4), (60, 20))
    page.mouse.move(*point(page, 0.5, 0.1))
    edited = picture(page)
    button(page, "Reset").click()
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
    button(page, "Apply").click()
    page.wait_for_timeout(1000)
    edits = [message for message in sent[count:] if b'"rle"' in message]
    assert len(edits) == 1
    found = re.search(rb'\{[^{}]*"rle"[^{}]*\}', edits[0])
    assert found
    edit = json.loads(found[0])
    assert edit["shape"] == [30, 512, 512]
    assert sum(int(run, 36) for run in edit["rle"].split(" ")) == 30 * 512 * 512


def test_echo_of_an_edit_leaves_later_strokes(page: Page) -> None:
    press(page, "b")
    paint(page, 0.35, 0.4)
    button(page, "Apply").click()
    paint(page, 0.35, 0.55)
    both = picture(page)
    assert edited_badge(page).is_hidden()  # the server is still at the first
    expect(edited_badge(page)).to_be_visible(timeout=SCORED_WITHIN_MS)
    assert picture(page) == both
    expect(state(page)).to_have_text(NOT_APPLIED)
    press(page, "Control+z")
    assert picture(page) != both
    expect(state(page)).to_be_hidden()


def test_applied_stroke_can_be_taken_back(page: Page) -> None:
    press(page, "b")
    page.mouse.move(*point(page, 0.5, 0.1))
    before = picture(page)
    paint(page, 0.35, 0.4)
    button(page, "Apply").click()
    expect(edited_badge(page)).to_be_visible(timeout=SCORED_WITHIN_MS)
    expect(state(page)).to_be_hidden()
    page.keyboard.press("Control+z")  # the viewer has kept the focus
    page.mouse.move(*point(page, 0.5, 0.1))
    assert picture(page) == before
    expect(state(page)).to_have_text(NOT_APPLIED)
    button(page, "Apply").click()
    expect(state(page)).to_be_hidden(timeout=SCORED_WITHIN_MS)
    page.mouse.move(*point(page, 0.5, 0.1))
    assert picture(page) == before


def test_refused_edit_says_why_in_the_viewer_and_can_be_applied_again(
    page: Page, screenshots: Path
) -> None:
    press(page, "b")
    paint(page, 0.35, 0.4)
    before = canvas(page).bounding_box()
    with digest(page, "async () => new ArrayBuffer(32)"):
        for _ in range(2):
            button(page, "Apply").click()
            expect(state(page)).to_have_text(
                "Found an edit whose SHA-256 is another, expected one of the open study. "
                "Apply it again, or reload the page.",
                timeout=SCORED_WITHIN_MS,
            )
    page.screenshot(path=screenshots / "edit-refused-1366x768-light.png")
    assert canvas(page).bounding_box() == before
    expect(page.locator("[data-testid=stException], [data-testid=stAlert]")).to_have_count(0)
    button(page, "Apply").click()
    expect(edited_badge(page)).to_be_visible(timeout=SCORED_WITHIN_MS)
    expect(state(page)).to_be_hidden()


def test_edit_that_cannot_be_sent_says_so(page: Page) -> None:
    press(page, "b")
    paint(page, 0.35, 0.4)
    with digest(page, "() => Promise.reject(new Error('no digest'))"):
        button(page, "Apply").click()
        expect(state(page)).to_have_text("The edit was not sent (no digest). Apply it again.")
    expect(button(page, "Apply")).to_be_enabled()


def test_edit_that_is_lost_on_its_way_can_be_applied_again(page: Page) -> None:
    press(page, "b")
    paint(page, 0.35, 0.4)
    page.evaluate(_LOSE_A_MESSAGE)
    button(page, "Apply").click()
    expect(state(page)).to_contain_text("Scoring")
    expect(state(page)).to_have_text("Not scored yet: wait, or apply it again", timeout=15_000)
    button(page, "Apply").click()
    expect(edited_badge(page)).to_be_visible(timeout=SCORED_WITHIN_MS)
    expect(state(page)).to_be_hidden()


def test_controls_of_the_brush_hide_no_picture(page: Page) -> None:
    before = canvas(page).bounding_box()
    press(page, "b")
    for name in ("Smaller brush", "Larger brush", "Undo", "Reset"):
        box = button(page, name).bounding_box()
        assert box
        assert before
        assert box["y"] + box["height"] <= before["y"]
    assert canvas(page).bounding_box() == before


def circle(page: Page, x: float, y: float, radius_px: float) -> None:
    """A closed line around a share of the canvas."""
    middle = point(page, x, y)
    turns = [number * math.pi / 16 for number in range(34)]
    places = [
        (middle[0] + radius_px * math.cos(t), middle[1] + radius_px * math.sin(t)) for t in turns
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()


def test_double_click_fills_a_closed_line_and_no_open_one(page: Page) -> None:
    press(page, "b")
    circle(page, 0.35, 0.4, 40)
    page.mouse.move(*point(page, 0.5, 0.1))
    ring = picture(page)
    page.mouse.dblclick(*point(page, 0.35, 0.4))
    page.mouse.move(*point(page, 0.5, 0.1))
    filled = picture(page)
    assert filled != ring
    press(page, "e")  # a hole in what is filled is seen; in a ring there is nothing to erase
    drag(page, point(page, 0.33, 0.4), (12, 0))
    press(page, "b")
    page.mouse.move(*point(page, 0.5, 0.1))
    assert picture(page) not in {ring, filled}
    for _ in range(8):
        press(page, "Control+z")
    network = picture(page)
    drag(page, point(page, 0.3, 0.4), (40, 0))
    page.mouse.dblclick(*point(page, 0.35, 0.6))  # outside any line: the dab alone
    press(page, "Control+z")
    page.mouse.move(*point(page, 0.5, 0.1))
    press(page, "Control+z")
    assert picture(page) == network


def test_outlines_of_reader_and_network_are_both_seen_after_an_edit(page: Page) -> None:
    told = page.locator(".stage .two-outlines")
    expect(told).to_be_hidden()
    press(page, "e")
    drag(page, point(page, 0.6, 0.5), (30, 60))
    expect(told).to_have_text("readernetwork")
    assert network_pixels(page) > 20
    press(page, "Control+z")
    expect(told).to_be_hidden()
    assert network_pixels(page) == 0


def network_pixels(page: Page) -> int:
    """Pixels of the picture in the color of the network's outline."""
    picture(page)
    return canvas(page).evaluate(
        """canvas => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let found = 0;
            for (let i = 0; i < data.length; i += 4)
                found += data[i] > 200 && data[i + 1] < 160 && data[i + 2] > 170;
            return found;
        }"""
    )
