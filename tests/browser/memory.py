"""What the server keeps: ``python -m tests.browser.memory [STUDIES]``.

Opens studies one after another in one tab, then as many tabs one after another, then six at once,
and prints the server's memory, MiB, after each kind; the first five let its caches fill.
"""

import shutil
import sys
import time

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM_NAMES, CHROMIUM_OPTIONS, SCREEN, serving
from tests.browser.viewer_page import label

STUDIES = ("expander", "non-expander", "swirl-false-positive")
AFTER_CLOSING_S = 10.0
_WARM_UP = 5


def mebibytes(server: psutil.Process) -> float:
    """Memory of the server now."""
    return server.memory_info().rss / 1024**2


def open_example(page: Page, number: int) -> None:
    """Open one of the examples from the home page and wait for its picture."""
    page.locator(f".st-key-example-{STUDIES[number % len(STUDIES)]} button").click()
    page.locator("[data-model=integrated]").wait_for(timeout=240_000)
    page.locator(".stage canvas").wait_for(timeout=60_000)
    label(page).get_by_text("/").wait_for(timeout=60_000)


def one_after_another(browser: Browser, url: str, count: int, server: psutil.Process) -> None:
    """Studies in one tab."""
    page = browser.new_page(viewport=SCREEN)
    page.goto(url)
    found = []
    for number in range(count):
        open_example(page, number)
        page.get_by_role("button", name="Open another study").click()
        page.get_by_text("See it at work").wait_for(timeout=60_000)
        found.append(mebibytes(server))
    page.close()
    _report("studies in one tab", found)


def opened_and_closed(browser: Browser, url: str, count: int, server: psutil.Process) -> None:
    """A tab for each study, closed before the next is opened."""
    found = []
    for number in range(count):
        page = browser.new_page(viewport=SCREEN)
        page.goto(url)
        open_example(page, number)
        page.close()
        time.sleep(AFTER_CLOSING_S)
        found.append(mebibytes(server))
    _report("tabs opened and closed", found)


def at_once(browser: Browser, url: str, count: int, server: psutil.Process) -> None:
    """Tabs with a study each, all open, then all closed."""
    pages = [browser.new_page(viewport=SCREEN) for _ in range(count)]
    for number, page in enumerate(pages):
        page.goto(url)
        open_example(page, number)
    together = mebibytes(server)
    for page in pages:
        page.close()
    time.sleep(AFTER_CLOSING_S)
    sys.stdout.write(
        f"{count} tabs open: {together:.0f} MiB, {AFTER_CLOSING_S:.0f} s after they were closed: "
        f"{mebibytes(server):.0f} MiB\n"
    )


def main(count: int) -> None:
    """Print a line a kind."""
    executable = next(path for path in map(shutil.which, CHROMIUM_NAMES) if path)
    with (
        serving("-m", "app", "--no-browser") as (url, process),
        sync_playwright() as playwright,
    ):
        server = psutil.Process(process.pid)
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        one_after_another(browser, url, count, server)
        opened_and_closed(browser, url, count, server)
        at_once(browser, url, 6, server)
        browser.close()


def _report(name: str, found: list[float]) -> None:
    later = found[_WARM_UP:] or found
    growth = later[-1] / found[min(_WARM_UP, len(found)) - 1] - 1
    sys.stdout.write(
        f"{name}: {' '.join(f'{value:.0f}' for value in found)} MiB; "
        f"last against the fifth {growth:+.1%}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
