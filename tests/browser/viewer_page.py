"""The slice viewer of a page, as a test reads and moves it."""

import re

from playwright.sync_api import Locator, Page


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
