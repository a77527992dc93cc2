"""How long a change takes to be on screen: ``python -m tests.browser.latency``, on an idle machine.

Moves a finding, a rate and a what-if slider of the bundled example in Chromium, the viewer on the
page, and prints the milliseconds from the key to the painted number, median and 95th percentile.
"""

import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM_NAMES, CHROMIUM_OPTIONS

ROOT = Path(__file__).parents[2]
CHANGES = 40
# From the key to the second frame after the panel's text has changed.
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
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
    });
    watch.observe(panel, { childList: true, subtree: true, characterData: true });
  });
}
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
    """Print a line per kind of change."""
    command = [sys.executable, "-m", "app", "--no-browser"]
    command += ["--study", str(ROOT / "assets" / "examples" / "expander")]
    chromium = next(path for path in map(shutil.which, CHROMIUM_NAMES) if path)
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server,
        sync_playwright() as playwright,
    ):
        assert server.stdout is not None
        url = server.stdout.readline().split()[1]
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(url)
        page.locator("[data-model=integrated]").wait_for(timeout=240_000)
        page.wait_for_timeout(3000)
        _report("base rate", milliseconds(page, ".st-key-rates input"))
        page.get_by_role("tab", name="What-if").click()
        page.wait_for_timeout(2000)
        _report("what-if age", milliseconds(page, ".st-key-part input[type=range]"))
        browser.close()
        server.terminate()


def _report(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p95 = ordered[int(0.95 * len(ordered))]
    sys.stdout.write(f"{name:<14} median {statistics.median(times):4.0f} ms, p95 {p95:4.0f} ms\n")


if __name__ == "__main__":
    main()
