import logging
import os
import queue
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import webbrowser
from collections import namedtuple
from pathlib import Path

import pytest

from app.__main__ import main
from app.launch import checks, journal, lifetime
from app.launch.checks import refuse_unfit_computer
from app.launch.door import Door, open_address, show_message
from app.launch.errors import CannotStartError
from app.launch.instance import Instance
from app.settings import streamlit_options


def fetch(url: str) -> tuple[str | None, str]:
    """Where an address leads and what it shows, without following it."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(url, timeout=5) as answer:
            return None, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.headers.get("Location"), str(error.code)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> queue.Queue[tuple[str | None, str]]:
    """What the browser gets, which here is a thread as a browser is a process."""
    answers: queue.Queue[tuple[str | None, str]] = queue.Queue()

    def browse(url: str) -> bool:
        threading.Thread(target=lambda: answers.put(fetch(url))).start()
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    return answers


def test_port_that_is_taken_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--no-browser"]) == 2
    assert f"Port {port} is taken" in capsys.readouterr().err


def test_server_listens_to_this_computer_alone_and_reports_to_nobody() -> None:
    options = streamlit_options(0, "secret")
    assert options["server.address"] == "127.0.0.1"
    assert options["server.baseUrlPath"] == "secret"
    assert options["server.enableXsrfProtection"] is True
    assert options["browser.gatherUsageStats"] is False
    assert options["client.showErrorDetails"] == "type"
    assert options["logger.enableRich"] is False


def test_processor_without_avx2_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = tmp_path / "cpuinfo"
    cpu.write_text("flags : fpu sse4_2 avx\n")
    monkeypatch.setattr(checks, "_CPU_INFO", cpu)
    monkeypatch.setattr(checks.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(checks.sys, "platform", "linux")
    with pytest.raises(CannotStartError, match="without AVX2"):
        refuse_unfit_computer(tmp_path / "data")
    cpu.write_text("flags : fpu sse4_2 avx avx2\n")
    refuse_unfit_computer(tmp_path / "data")


def test_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**40, 2**40, 300 * 2**20))
    with pytest.raises(CannotStartError, match="Found 300 MB free"):
        refuse_unfit_computer(tmp_path)


def test_home_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    # A file in the way: also root, as which tests may run, cannot make a folder there.
    (tmp_path / "home").write_text("")
    with pytest.raises(CannotStartError, match="Found no way to write"):
        refuse_unfit_computer(tmp_path / "home" / "hescope")


def test_refusal_on_the_desktop_has_its_own_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("core.assets.user_data_path", lambda *_, **__: tmp_path / "data")
    monkeypatch.setattr(checks, "has_avx2", lambda: False)
    monkeypatch.setattr(os, "umask", lambda _: 0)
    assert main(["--desktop", "--no-browser"]) == 6
    assert "do this: Use a newer computer" in capsys.readouterr().err


def test_browser_is_led_to_the_secret_address(fetched: queue.Queue) -> None:
    assert open_address("http://127.0.0.1:1/secret")
    assert fetched.get(timeout=10) == ("http://127.0.0.1:1/secret", "302")


def test_browser_whose_starter_waits_for_the_page_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: fetch(url)[1] == "302")
    assert open_address("http://127.0.0.1:1/secret")


def test_address_on_the_browsers_command_line_is_good_for_one_use() -> None:
    with Door(location="http://127.0.0.1:1/secret") as door:
        waiting = threading.Thread(target=door.wait, args=(10, threading.Event()))
        waiting.start()
        other = door.url[:-1] + ("0" if door.url[-1] != "0" else "1")
        assert fetch(other) == (None, "404")
        assert fetch(door.url) == ("http://127.0.0.1:1/secret", "302")
        waiting.join()
        with pytest.raises(OSError, match="timed out"):  # nobody answers any more
            urllib.request.urlopen(door.url, timeout=1)


def test_message_is_shown_as_text_not_as_markup(fetched: queue.Queue) -> None:
    assert show_message(CannotStartError("Found <b>this</b>.", "Do that."))
    _, page = fetched.get(timeout=10)
    assert "Found &lt;b&gt;this&lt;/b&gt;." in page
    assert "Research use only" in page


def test_computer_without_browser_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    assert not open_address("http://127.0.0.1:1/secret")


def test_second_instance_is_not_the_first_and_finds_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.launch.instance.answers", lambda _: True)
    with Instance(tmp_path).held() as first:
        assert first
        Instance(tmp_path).publish("http://127.0.0.1:1/secret")
        address = next(tmp_path.glob("*.url"))
        assert address.stat().st_mode & 0o777 == 0o600
        with Instance(tmp_path).held() as second:
            assert not second
        assert Instance(tmp_path).running_url() == "http://127.0.0.1:1/secret"
    assert not list(tmp_path.glob("*.url"))


def test_lock_of_a_killed_program_locks_nothing(tmp_path: Path) -> None:
    dying = (
        "import os, sys; from pathlib import Path; from app.launch.instance import Instance\n"
        "with Instance(Path(sys.argv[1])).held():\n"
        "    Instance(Path(sys.argv[1])).publish('http://127.0.0.1:1/old'); os._exit(1)"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", dying, str(tmp_path)], cwd=root, check=False)
    assert list(tmp_path.glob("*.url"))  # it left its traces
    with Instance(tmp_path).held() as first:
        assert first
        assert not list(tmp_path.glob("*.url"))


@pytest.mark.parametrize(
    ("tabs", "ended_after"), [([0, 0, 1, 0, 0, 1, 0, 0, 0, 0], 10), ([1, 0, 0, 0, 0], 5)]
)
def test_server_ends_once_its_last_tab_stays_away(
    monkeypatch: pytest.MonkeyPatch, tabs: list[int], ended_after: int
) -> None:
    # One look a second and a grace of 3.5 s: a reload of 2 s ends nothing.
    looks = iter(tabs)
    clock = [0.0]
    monkeypatch.setattr(lifetime, "_has_tab", lambda: bool(next(looks)))
    monkeypatch.setattr(lifetime.time, "sleep", lambda _: clock.append(clock[-1] + 1))
    monkeypatch.setattr(lifetime.time, "monotonic", lambda: clock[-1])
    monkeypatch.setattr(lifetime, "end_server", lambda: clock.append(-1.0))
    lifetime.end_with_last_tab(grace_seconds=3.5)
    assert clock[-1] == -1.0
    assert len(tabs) - len(list(looks)) == ended_after


def test_log_keeps_place_and_type_of_an_error_but_not_what_it_says() -> None:
    formatter = journal.WithoutContent()
    try:
        raise ValueError("DOE^JANE")
    except ValueError:
        record = logging.LogRecord(
            "pydicom", logging.ERROR, __file__, 1, "read %s", ("DOE^JANE",), sys.exc_info()
        )
    line = formatter.format(record)
    assert "DOE" not in line
    assert "builtins.ValueError" in line
    assert "test_launch.py" in line
    own = logging.LogRecord("hescope", logging.INFO, __file__, 1, "starts %s", ("x",), None)
    assert "starts x" in formatter.format(own)


def test_crash_leaves_a_report_without_what_the_study_says(tmp_path: Path) -> None:
    crashing = (
        "import sys; from pathlib import Path; from app.launch.journal import start_journal\n"
        "start_journal(Path(sys.argv[1]), lambda e: sys.stdout.write(e.remedy))\n"
        "raise ValueError('DOE^JANE')"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", crashing, str(tmp_path)],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    reports = list(tmp_path.glob("crash-*.txt"))
    assert len(reports) == 1
    assert str(reports[0]) in done.stdout
    text = reports[0].read_text(encoding="utf-8")
    assert "builtins.ValueError" in text
    assert "DOE" not in text + (tmp_path / "hescope.log").read_text() + done.stdout + done.stderr


def test_death_without_a_report_is_reported_by_the_next_start(tmp_path: Path) -> None:
    begin = (
        "import sys; from pathlib import Path; from app.launch.journal import start_journal\n"
        "start_journal(Path(sys.argv[1]), print)\n"
    )
    root = Path(__file__).parents[2]
    for rest in ("import faulthandler; faulthandler._sigsegv()", ""):
        subprocess.run(
            [sys.executable, "-c", begin + rest, str(tmp_path)],
            cwd=root,
            check=False,
            capture_output=True,
        )
    reports = list(tmp_path.glob("crash-*.txt"))
    assert len(reports) == 1
    assert "Segmentation fault" in reports[0].read_text(encoding="utf-8")
