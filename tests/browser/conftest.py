import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.viewer_page import canvas, label, press, slice_number

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "assets" / "examples" / "expander"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox because tests may run as root; the rest stops Chromium's own requests to its maker.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREEN = {"width": 1366, "height": 768}
# The networks take about 10 s on two idle cores; a busy machine takes several times as long.
ASSESSED_WITHIN_MS = 240_000


def unavailable(reason: str) -> NoReturn:
    """Skips on a developer's machine; fails in CI, where nothing may be left out unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = (shutil.which(name) for name in CHROMIUM_NAMES)
    executable = next((path for path in found if path), None)
    if executable is None:
        unavailable("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@contextmanager
def serving(
    *command: str, cwd: Path = ROOT, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Address and process of an app: ``python`` with these arguments."""
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        ready = server.stdout.readline()
        try:
            assert ready.startswith("READY http://127.0.0.1:"), "the app did not start"
            yield ready.split()[1], server
        finally:
            server.terminate()
            server.communicate(timeout=60)  # the server says farewell before it ends


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """Address of the app, started on the bundled example."""
    with serving("-m", "app", "--no-browser", "--study", str(EXAMPLE)) as (url, _):
        yield url


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder for screenshots: that of the environment, outside the repository, or a temporary."""
    named = os.environ.get("HESCOPE_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def sent() -> list[bytes]:
    """Every message of the page to the server."""
    return []


@pytest.fixture(scope="session")
def assessed(chromium: Browser, app_url: str, sent: list[bytes]) -> Iterator[Page]:
    """The bundled example in the viewer."""
    page = chromium.new_page(viewport=SCREEN)

    def record(payload: str | bytes) -> None:
        sent.append(payload.encode() if isinstance(payload, str) else payload)

    page.on("websocket", lambda socket: socket.on("framesent", record))
    page.goto(app_url)
    page.locator(".stage canvas").wait_for(timeout=ASSESSED_WITHIN_MS)
    expect(label(page)).to_contain_text("/")
    yield page
    page.close()


@pytest.fixture(scope="session")
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
