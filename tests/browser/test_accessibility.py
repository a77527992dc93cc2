"""Every page, in both themes and at every size: read by those who see little, and nothing cut off.

axe-core (WCAG 2.1 A and AA) comes with the package axe-playwright-python.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ASSESSED_WITHIN_MS, EXAMPLE, SCREEN

pytestmark = pytest.mark.browser

PARTS = ("Findings", "What-if", "Why", "Accuracy", "Scores", "Slices", "3-D", "Report")
PAGES = ("Inbox", "Follow-up", "Cohort", "Validation", "Model", "About", "Home")
LATER = EXAMPLE.parent / "swirl-false-positive" / "dicom"
# Sizes of screens; the last is 1366 x 768 at 125 % zoom.
SCREENS = ((1280, 720), (1366, 768), (1920, 1080), (3840, 2160), (1093, 614))
_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
# Text that its box cuts off, or that is under 12 px; the link to skip to the content is 1 px wide
# until it has the focus.  Charts (SVG) scale as a whole.
_MISFITS = """
() => {
  const found = [];
  const look = (root) => {
    for (const box of root.querySelectorAll("*")) {
      if (box.shadowRoot) look(box.shadowRoot);
      const style = getComputedStyle(box);
      const text = [...box.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.data.trim()).join(" ").trim();
      if (!box.checkVisibility({ visibilityProperty: true }) || box.clientWidth === 1) continue;
      if (box.closest("svg, style, script, template")) continue;
      const cuts = ["hidden", "clip"].includes(style.overflowX) && box.innerText?.trim();
      if (cuts && style.display !== "inline" && box.scrollWidth > box.clientWidth + 1)
        found.push(`cut off: ${box.innerText.slice(0, 60)}`);
      if (text && /[a-z]/i.test(text) && parseFloat(style.fontSize) < 12
          && !style.fontFamily.includes("Material"))
        found.push(`${style.fontSize}: ${text.slice(0, 60)}`);
    }
  };
  look(document.body);
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  return found;
}
"""


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(chromium: Browser, app_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The example, assessed, in one of the themes."""
    page = chromium.new_page(viewport=SCREEN, color_scheme=request.param)
    page.goto(app_url)
    page.locator("[data-model=integrated]").wait_for(timeout=ASSESSED_WITHIN_MS)
    yield page
    page.close()


def settle(page: Page) -> None:
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=60_000
    )
    page.wait_for_timeout(700)  # charts are drawn, themes fade in


def go(page: Page, to: str) -> None:
    page.get_by_role("link", name=to, exact=True).click()
    settle(page)


def violations(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(document, rules)", _RULES)
    return [
        f"{broken['id']}: {node['html'][:120]}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]


def test_no_page_breaks_a_rule_of_wcag(themed: Page) -> None:
    found = {}
    go(themed, "Study")
    for part in PARTS:
        themed.get_by_role("radio", name=part).click()
        settle(themed)
        found[part] = violations(themed)
    for place in PAGES:
        go(themed, place)
        found[place] = violations(themed)
    assert {place: broken for place, broken in found.items() if broken} == {}


def test_map_of_two_findings_is_seen_whole_and_can_be_read(themed: Page, screenshots: Path) -> None:
    go(themed, "Study")
    themed.get_by_role("radio", name="What-if").click()
    settle(themed)
    other = themed.get_by_label("Map of Diffuseness (L5) and")
    other.scroll_into_view_if_needed()
    themed.wait_for_timeout(500)  # scrolling closes the list
    other.click()
    themed.locator("[role=listbox] [role=option]", has_text="Glasgow Coma Scale").click()
    settle(themed)
    chart = themed.locator(".st-key-part .js-plotly-plot")
    chart.scroll_into_view_if_needed()
    dark = themed.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    themed.screenshot(path=screenshots / f"map-1366x768-{'dark' if dark else 'light'}.png")
    part, title = themed.locator(".st-key-part").bounding_box(), chart.locator(".xtitle")
    highest, lowest = chart.locator(".heatmaplayer").bounding_box(), title.bounding_box()
    assert part
    assert highest
    assert lowest
    assert highest["y"] >= part["y"] - 1
    assert lowest["y"] + lowest["height"] <= part["y"] + part["height"] + 1
    # axe-core does not look at SVG; the page's own text color it has found good.
    for name in (".xtitle", ".ytitle", ".xtick text", ".ytick text", ".cbaxis text"):
        same = "e => getComputedStyle(e).fill === getComputedStyle(e).color"
        assert chart.locator(name).first.evaluate(same), name
    assert violations(themed) == []


def test_no_page_breaks_a_rule_once_it_holds_a_table(themed: Page) -> None:
    go(themed, "Cohort")
    if themed.get_by_role("button", name="Simulate the paper's cohort").count():
        themed.get_by_role("button", name="Simulate the paper's cohort").click()
    themed.get_by_role("tab", name="Patients").wait_for(timeout=60_000)
    settle(themed)
    found = violations(themed)
    go(themed, "Validation")
    assert (found, violations(themed)) == ([], [])


def test_no_growth_breaks_a_rule_once_it_is_answered(themed: Page, screenshots: Path) -> None:
    go(themed, "Follow-up")
    themed.get_by_label("Path of a DICOM folder").fill(str(LATER))
    themed.get_by_role("button", name="Assess this path").click()
    themed.locator("[data-expanded]").wait_for(timeout=ASSESSED_WITHIN_MS)
    settle(themed)
    dark = themed.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    themed.screenshot(path=screenshots / f"growth-1366x768-{'dark' if dark else 'light'}.png")
    assert violations(themed) == []
    assert themed.evaluate(_MISFITS) == []


def test_every_text_fits_its_box_and_can_be_read(
    chromium: Browser, app_url: str, screenshots: Path
) -> None:
    page = chromium.new_page(viewport=SCREEN)
    page.goto(app_url)
    page.locator("[data-model=integrated]").wait_for(timeout=ASSESSED_WITHIN_MS)
    found = {}
    for place in (*PARTS, *PAGES):
        if place in PARTS:
            page.get_by_role("radio", name=place).click()
        else:
            page.get_by_role("link", name=place, exact=True).click()
        settle(page)
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(400)  # canvases follow their new size
            page.screenshot(path=screenshots / f"fit-{place.lower()}-{width}.png")
            found[place, width] = page.evaluate(_MISFITS)
    page.close()
    assert {place: misfits for place, misfits in found.items() if misfits} == {}
