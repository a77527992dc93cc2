"""How long a change takes to be on screen: ``python -m tests.browser.latency``, on an idle machine.

Moves a rate and a what-if slider of the bundled example in Chromium, the viewer on the page, and
prints the milliseconds from the key to the painted number, median and 95th percentile: alone, and
in turn with that, while another browser opens one study after the other.  That one runs at the
lowest priority: on a ward it draws its pages with a processor of its own.
"""

import shutil
import statistics
import sys
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.conftest import CHROMIUM_NAMES, CHROMIUM_OPTIONS, EXAMPLE, SCREEN, serving

CHANGES = 20  # in a round
ROUNDS = 4
# From the key to the end of the frame that paints the panel's changed text: a message posted right
# before a frame is painted arrives after it.
_WATCH = """
() => {
  const panel = document.querySelector(".st-key-panel");
  window.painted = new Promise((resolve) => {
    let began = 0;
    addEventListener("keydown", () => (began = performance.now()), { once: true, capture: true });
    const before = panel.innerText;
    const watch = new MutationObserver(() => {
      if (panel.innerText === before) return;
      watch.disconnect();
      const paint = new MessageChannel();
      paint.port1.onmessage = () => resolve(performance.now() - began);
      requestAnimationFrame(() => paint.port2.postMessage(null));
    });
    watch.observe(panel, { childList: true, subtree: true, characterData: true });
  });
}
"""
# Each step of these changes a number on the panel.
SLIDERS = {
    "Findings": ".st-key-rates input",
    "What-if": ".st-key-part input[type=range][aria-label*=nDL]",
}
# The other browser: whatever of the two buttons is there is clicked, so that it assesses for ever.
_ASSESS_FOR_EVER = """
() => window.assessing = setInterval(() => {
  if (document.querySelector(".st-key-assess_progress button")) return;
  const example = document.querySelector(".st-key-example-swirl-false-positive button");
  const another = [...document.querySelectorAll("button")].find(
    (button) => button.innerText === "Open another study");
  (example || another)?.click();
}, 500)
"""


def milliseconds(page: Page, slider: str) -> list[float]:
    """Each change's time from key to paint, the slider going to and fro."""
    page.locator(slider).first.focus()
    found = []
    for number in range(CHANGES):
        page.evaluate(_WATCH)
        page.keyboard.press(("ArrowRight", "ArrowLeft")[number // 5 % 2])
        found.append(float(page.evaluate("window.painted")))
        page.wait_for_timeout(200)
    return found


def main() -> None:
    """Print a line per kind of change, alone and beside another browser's assessments."""
    with (
        serving("-m", "app", "--no-browser", "--study", str(EXAMPLE)) as (url, _),
        sync_playwright() as playwright,
    ):
        browser = _launched(playwright)
        page = browser.new_page(viewport=SCREEN)
        page.goto(url)
        page.locator("[data-model=integrated]").wait_for(timeout=240_000)
        page.wait_for_timeout(3000)
        other = _launched(playwright, niceness=19).new_page(viewport=SCREEN)
        other.goto(url)
        other.locator(".stage canvas").wait_for(timeout=240_000)
        for part, slider in SLIDERS.items():
            page.get_by_role("radio", name=part).click()
            _in_turn(page, other, slider)


def _launched(playwright: Playwright, niceness: int = 0) -> Browser:
    """A browser of its own processes; those that it starts later are as nice."""
    before = set(psutil.Process().children(recursive=True))
    chromium = next(path for path in map(shutil.which, CHROMIUM_NAMES) if path)
    browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
    for process in set(psutil.Process().children(recursive=True)) - before:
        process.nice(niceness)
        _group(process.pid, niceness)
    return browser


def _group(pid: int, niceness: int) -> None:
    """Niceness of a process's session: where Linux groups by it, a process's own counts inside."""
    if (group := Path(f"/proc/{pid}/autogroup")).exists():
        group.write_text(str(niceness))


def _in_turn(page: Page, other: Page, slider: str) -> None:
    """Rounds alone and beside assessments, in turn: the machine's own ups and downs meet both."""
    alone: list[float] = []
    beside: list[float] = []
    for _ in range(ROUNDS):
        page.wait_for_timeout(3000)  # the last assessment ends
        alone += milliseconds(page, slider)
        other.evaluate(_ASSESS_FOR_EVER)
        page.wait_for_timeout(1000)
        beside += milliseconds(page, slider)
        other.evaluate("clearInterval(window.assessing)")
    ratio = _report(f"{slider}, beside", beside) / _report(f"{slider}, alone", alone)
    sys.stdout.write(f"p95 beside assessments is {ratio:.2f} of alone\n")


def _report(name: str, times: list[float]) -> float:
    """Print median and 95th percentile; the latter, milliseconds."""
    ordered = sorted(times)
    p95 = ordered[int(0.95 * len(ordered))]
    sys.stdout.write(f"{name:<46} median {statistics.median(times):4.0f} ms, p95 {p95:4.0f} ms\n")
    return p95


if __name__ == "__main__":
    main()
