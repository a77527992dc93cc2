"""The packaged program as a clinician uses it: prints what was measured, as JSON.

Run inside ``namespace.sh``: python -m tests.packaging.walk BUNDLE SCRATCH
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import ASSESSED_WITHIN_MS, CHROMIUM_OPTIONS

STRACE = shutil.which("strace") or "strace"
CHROMIUM = shutil.which("chromium") or "chromium"
TRACED = "trace=connect,bind,sendto,sendmsg,sendmmsg"
# The server looks twice a second, waits out a reload, and says farewell.
ENDED_WITHIN_S = 40


def environment(scratch: Path) -> dict[str, str]:
    """No Python on the path, and a home that nobody used before."""
    return {"HOME": str(scratch / "home"), "PATH": "/nonexistent", "LANG": "C.UTF-8"}


def main(bundle: Path, scratch: Path) -> None:
    measured: dict[str, object] = {}
    command = [str(bundle / "hescope"), "--no-browser"]
    traced = [STRACE, "-f", "--seccomp-bpf", "-qq", "-e", TRACED, "-o", scratch / "trace", *command]
    begun = time.monotonic()
    with subprocess.Popen(
        traced,
        env=environment(scratch),
        cwd=scratch,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        try:
            url = address(program)
            measured["ready_s"] = time.monotonic() - begun
            measured["outside_secret"] = status(f"http://{urlsplit(url).netloc}/")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM, args=CHROMIUM_OPTIONS
                )
                measured |= walk(browser, url, begun, scratch)
                second = subprocess.run(
                    command, env=environment(scratch), capture_output=True, text=True, check=False
                )
                measured["second_start"] = [second.returncode, f"READY {url}" in second.stdout]
                browser.close()
            closed = time.monotonic()
            measured["exit_code"] = program.wait(ENDED_WITHIN_S)
            measured["ended_after_s"] = time.monotonic() - closed
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
    measured["by_click"] = start_and_quit_by_click(bundle, scratch)
    measured["refused"] = refusals(bundle, scratch)
    study = bundle / "_internal" / "assets" / "examples" / "expander" / "dicom"
    measured["twin"] = by_command(bundle, scratch, "assess", study)
    measured["study"] = by_command(bundle, scratch, "reproduce", "--bootstrap", "10")
    sys.stdout.write(json.dumps(measured))


def address(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    for line in program.stdout:
        if line.startswith("READY "):
            return line.split()[1]
    raise SystemExit("the program ended before it was ready")


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def walk(browser: Browser, url: str, begun: float, scratch: Path) -> dict[str, object]:
    """Open example, assess, what-if, report saved."""
    page = browser.new_page(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(url)
    page.get_by_text("Research use only").first.wait_for(timeout=60_000)
    opened_s = time.monotonic() - begun
    example = page.get_by_role("button", name="See this example").first
    example.wait_for(timeout=60_000)
    usable_s = time.monotonic() - begun
    example.click()
    answer = page.locator("[data-model=integrated], [data-testid=stAlert]").first
    answer.wait_for(timeout=ASSESSED_WITHIN_MS)
    assert answer.get_attribute("data-model"), answer.inner_text()
    expect(page.locator(".stage .where").first).to_contain_text("/", timeout=60_000)
    assessed_s = time.monotonic() - begun
    before, supposed = what_if(page)
    with page.expect_download() as download:
        page.get_by_role("radio", name="Report").click()
        page.get_by_role("button", name="Report (PDF)").click()
    download.value.save_as(scratch / "report.pdf")
    page.screenshot(path=scratch / "walk.png")
    schemes = {"http", "https", "ws", "wss"}
    hosts = {urlsplit(r).hostname for r in requested if urlsplit(r).scheme in schemes}
    return {
        "opened_s": opened_s,
        "usable_s": usable_s,
        "assessed_s": assessed_s,
        "what_if": [before, supposed],
        "hosts": sorted(str(host) for host in hosts),
    }


def what_if(page: Page) -> tuple[str, str]:
    """Integrated probability of the patient, and with the first slider, the GCS, at its lowest."""
    risk = page.locator("[data-model=integrated] .he-p")
    before = risk.inner_text()
    page.get_by_role("radio", name="What-if").click()
    slider = page.locator(".st-key-part input[type=range]").first
    slider.focus()
    slider.press("Home")
    expect(page.get_by_text("What-if: not this patient")).to_be_visible(timeout=30_000)
    return before, risk.inner_text()


def start_and_quit_by_click(bundle: Path, scratch: Path) -> dict[str, object]:
    """Seconds from a double click to words on the screen; what is there after the quit button."""
    told = scratch / "told"
    starter = scratch / "browser"
    starter.write_text(f'#!/bin/sh\necho "$1" >"{told}"\n')
    starter.chmod(0o755)
    clicked = environment(scratch) | {"BROWSER": f"{starter} %s"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        begun = time.monotonic()
        with killed_in_the_end([bundle / "hescope"], env=clicked, cwd=scratch) as program:
            while not (told.is_file() and told.read_text().endswith("\n")):
                time.sleep(0.05)
            told_s = time.monotonic() - begun
            page.goto(told.read_text().strip(), wait_until="commit")
            words = page.locator("h1, .he-banner").first.inner_text()
            shown_s = time.monotonic() - begun
            page.get_by_role("button", name="Quit").click(timeout=60_000)
            page.get_by_text("You can close this tab").wait_for()
            code = program.wait(ENDED_WITHIN_S)
            page.screenshot(path=scratch / "ended.png")
        last_words = page.locator("h1").inner_text()
        browser.close()
    return {
        "told_s": told_s,
        "shown_s": shown_s,
        "words": words,
        "last_words": last_words,
        "exit_code": code,
    }


@contextlib.contextmanager
def killed_in_the_end(
    command: list[Path], env: dict[str, str], cwd: Path
) -> Iterator[subprocess.Popen[str]]:
    """A program, all it says in one stream; killed if it still runs, or a failure would hang."""
    with subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def refusals(bundle: Path, scratch: Path) -> dict[str, list[object]]:
    """Exit code and words of starts on computers that cannot run HEscope, made so by mounts."""
    usual = environment(scratch)
    small, locked, cpu = (scratch / name for name in ("small", "locked", "cpuinfo"))
    small.mkdir()
    locked.mkdir()
    cpu.write_text("flags : fpu sse4_2 avx\n")
    with mounted("-t", "tmpfs", "-o", "size=50m", "tmpfs", small):
        full_disk = refusal(bundle, usual | {"TMPDIR": str(small)})
    with mounted("-t", "tmpfs", "-o", "ro", "tmpfs", locked):
        read_only = refusal(bundle, usual | {"HOME": str(locked)})
    with mounted("--bind", cpu, "/proc/cpuinfo"):
        old_processor = refusal(bundle, usual)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken_port = refusal(bundle, usual, "--port", str(taken.getsockname()[1]))
    return {
        "full disk": full_disk,
        "read-only home": read_only,
        "old processor": old_processor,
        "taken port": taken_port,
        "no browser": without_browser(bundle, usual),
    }


@contextlib.contextmanager
def mounted(*arguments: str | Path) -> Iterator[None]:
    subprocess.run(["mount", *arguments], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", arguments[-1]], check=True)


def refusal(bundle: Path, usual: dict[str, str], *arguments: str) -> list[object]:
    done = subprocess.run(
        [bundle / "hescope", "--no-browser", *arguments],
        env=usual,
        capture_output=True,
        text=True,
        check=False,
    )
    return [done.returncode, done.stderr]


def without_browser(bundle: Path, usual: dict[str, str]) -> list[object]:
    """Words on a terminal, where HEscope goes on for whoever opens the address."""
    with killed_in_the_end([bundle / "hescope"], env=usual, cwd=bundle) as program:
        assert program.stdout is not None
        said = program.stdout.read()  # to its end: HEscope falls silent once all is said
        program.terminate()
        return [program.wait(ENDED_WITHIN_S), said]


def by_command(bundle: Path, scratch: Path, *arguments: str | Path) -> list[object]:
    """Exit code of ``hescope VERB ...`` and the names of what it wrote."""
    out = scratch / str(arguments[0])
    done = subprocess.run(
        [bundle / "hescope", *arguments, "--out", out],
        env=environment(scratch),
        cwd=scratch,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
    return [done.returncode, sorted(path.name for path in out.rglob("*") if path.is_file())]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
