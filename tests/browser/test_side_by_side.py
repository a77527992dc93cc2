"""Eight browsers of one app, each with a study of its own, all clicking at once."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.assets import EXAMPLES
from core.domain import MODEL_KINDS
from core.report.digits import percent
from tests.browser.conftest import ASSESSED_WITHIN_MS, ROOT, SCREEN, serving
from tests.browser.viewer_page import canvas, label, picture

pytestmark = pytest.mark.browser

STUDIES = ("expander", "non-expander", "swirl-false-positive")
BROWSERS = 8
ROUNDS = 3
# Whether the page ever said how many go first; the page stays one document from view to view.
_WATCH_FOR_WAITING = """
() => new MutationObserver(() => {
  if (/\\d before you/.test(document.body.innerText)) window.toldToWait = true;
}).observe(document.body, { childList: true, subtree: true, characterData: true })
"""


@dataclass(frozen=True)
class Seen:
    """What a page shows of a study: its name, three probabilities, and the picture with its map."""

    title: str
    probabilities: tuple[str, ...]
    picture: str


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("-m", "app", "--no-browser") as (address, _):
        yield address


@pytest.fixture(scope="module")
def alone(chromium: Browser, url: str) -> dict[str, Seen]:
    """Each study opened while nothing else goes on."""
    found = {}
    for study in STUDIES:
        with chromium.new_context(viewport=SCREEN) as context:
            page = home(context, url)
            example(page, study).click()
            found[study] = seen(page)
    return found


@pytest.fixture(scope="module")
def by_command_line(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, ...]]:
    """Probabilities of each study as ``core assess`` gives them, in the page's words."""
    out = tmp_path_factory.mktemp("assessed")
    return {study: assessed(study, out / study) for study in STUDIES}


def assessed(study: str, out: Path) -> tuple[str, ...]:
    folder = EXAMPLES / study
    command = [sys.executable, "-m", "core", "assess", str(folder / "dicom"), "--out", str(out)]
    command += ["--clinical", str(folder / "clinical.json")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    probabilities = json.loads((out / "assessment.json").read_text())["probabilities"]
    return tuple(percent(probabilities[kind]["p"]) for kind in MODEL_KINDS)


def home(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    expect(example(page, STUDIES[0])).to_be_visible(timeout=60_000)
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=60_000
    )
    return page


def example(page: Page, study: str):
    return page.locator(f".st-key-example-{study} button")


def seen(page: Page) -> Seen:
    page.locator(".stage canvas").wait_for(timeout=ASSESSED_WITHIN_MS)
    expect(label(page)).to_contain_text("/", timeout=60_000)
    page.get_by_label("Grad-CAM", exact=True).check()
    expect(page.locator("[data-model=integrated] .he-p")).not_to_be_empty(timeout=60_000)
    texts = [page.locator(f"[data-model={kind}] .he-p").inner_text() for kind in MODEL_KINDS]
    canvas(page).hover()
    return Seen(page.locator(".he-study").inner_text(), tuple(texts), picture(page))


def test_alone_shows_what_the_command_line_says(
    alone: dict[str, Seen], by_command_line: dict[str, tuple[str, ...]]
) -> None:
    assert {study: shown.probabilities for study, shown in alone.items()} == by_command_line
    assert len({shown.picture for shown in alone.values()}) == len(STUDIES)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_each_browser_ends_with_its_own_study_numbers_and_map(
    chromium: Browser, url: str, alone: dict[str, Seen], number: int, screenshots: Path
) -> None:
    contexts = [chromium.new_context(viewport=SCREEN) for _ in range(BROWSERS)]
    studies = [STUDIES[(place + number) % len(STUDIES)] for place in range(BROWSERS)]
    pages = [home(context, url) for context in contexts]
    at = pages[0].evaluate("Date.now()") + 1_000
    for page, study in zip(pages, studies, strict=True):
        page.evaluate(_WATCH_FOR_WAITING)
        example(page, study).evaluate(
            "(button, at) => { setTimeout(() => button.click(), at - Date.now()) }", at
        )
    pages[0].wait_for_timeout(3_000)
    for place, page in enumerate(pages):
        page.screenshot(path=screenshots / f"queue-{number}-{place}.png")
    for page, study in zip(pages, studies, strict=True):
        assert seen(page) == alone[study]
    # One is first, whichever it is; the others were told that they wait.
    told = [bool(page.evaluate("window.toldToWait")) for page in pages]
    assert sum(told) >= BROWSERS // 2
    for context in contexts:
        context.close()
