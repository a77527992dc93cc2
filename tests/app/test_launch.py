import logging
import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import webbrowser
from collections import namedtuple
from concurrent.futures import Future
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from app.__main__ import main
from app.launch import checks, door, journal, lifetime
from app.launch.checks import refuse_unfit_computer
from app.launch.door import Door, farewell, open_app, show_message
from app.launch.errors import CannotStartError
from app.launch.instance import Instance
from app.settings import DESKTOP_VARIABLE, streamlit_options

ROOT = Path(__file__).parents[2]


def fetch(url: str) -> str:
    """What an address shows, or the code of its refusal."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return str(error.code)


def known(url: str) -> Future[str]:
    address: Future[str] = Future()
    address.set_result(url)
    return address


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> queue.Queue[str]:
    """What the browser gets, which here is a thread as a browser is a process."""
    answers: queue.Queue[str] = queue.Queue()

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


def test_disk_without_room_for_a_byte_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_usable() -> str:  # as Python says it
        raise FileNotFoundError("No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(checks.tempfile, "gettempdir", none_usable)
    with pytest.raises(CannotStartError, match="Found no folder for temporary files"):
        refuse_unfit_computer(tmp_path)


def test_log_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(CannotStartError, match="Found no way to write"):
        refuse_unfit_computer(tmp_path / "data", tmp_path / "state" / "hescope")


def test_home_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    # A file in the way: also root, as which tests may run, cannot make a folder there.
    (tmp_path / "home").write_text("")
    with pytest.raises(CannotStartError, match="Found no way to write"):
        refuse_unfit_computer(tmp_path / "home" / "hescope")


def test_refusal_on_the_desktop_has_its_own_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("core.assets.user_data_path", lambda *_, **__: tmp_path / "data")
    monkeypatch.setattr("app.__main__.LOG_FOLDER", tmp_path / "log")
    monkeypatch.setattr(checks, "has_avx2", lambda: False)
    monkeypatch.setattr(os, "umask", lambda _: 0)
    assert main(["--desktop", "--no-browser"]) == 6
    assert "do this: Use a newer computer" in capsys.readouterr().err


def test_browser_shows_that_hescope_starts_then_goes_to_the_secret_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address: Future[str] = Future()
    told: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr(webbrowser, "open", lambda url: told.put(url) is None)
    opening = threading.Thread(target=open_app, args=(address,))
    opening.start()
    with urllib.request.urlopen(told.get(timeout=10), timeout=5) as page:
        seen = page.read1().decode()
        assert "HEscope is starting" in seen
        assert "secret" not in seen
        address.set_result("http://127.0.0.1:1/secret")
        assert 'location.replace("http://127.0.0.1:1/secret")' in page.read().decode()
    opening.join(10)


def test_start_that_fails_is_told_in_the_page_that_waits_for_it(fetched: queue.Queue[str]) -> None:
    address: Future[str] = Future()
    address.set_exception(CannotStartError("Found no answer.", "Restart."))
    assert open_app(address)
    assert "<b>Do this:</b> Restart." in fetched.get(timeout=10)


def test_browser_whose_starter_waits_for_the_page_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: "secret" in fetch(url))
    assert open_app(known("http://127.0.0.1:1/secret"))


def test_address_on_the_browsers_command_line_is_good_for_one_use() -> None:
    with Door("the page") as once:
        waiting = threading.Thread(target=once.wait, args=(10, threading.Event()))
        waiting.start()
        other = once.url[:-1] + ("0" if once.url[-1] != "0" else "1")
        assert fetch(other) == "404"
        assert fetch(once.url) == "the page"
        waiting.join()
        with pytest.raises(OSError, match="timed out"):  # nobody answers any more
            urllib.request.urlopen(once.url, timeout=1)


def test_message_is_shown_as_text_not_as_markup(fetched: queue.Queue[str]) -> None:
    assert show_message(CannotStartError("Found <b>this</b>.", "Do that."))
    page = fetched.get(timeout=10)
    assert "Found &lt;b&gt;this&lt;/b&gt;." in page
    assert "Research use only" in page


def test_computer_without_browser_gets_the_address_and_a_remedy(tmp_path: Path) -> None:
    words = tmp_path / "words"
    environment = {"HOME": str(tmp_path), "PATH": "/nonexistent"}
    with (
        words.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "app", "--desktop"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as program,
    ):
        assert program.stdout is not None
        ready = program.stdout.read()  # to its end: HEscope falls silent once all is said
        program.terminate()
    secret = ready.removeprefix("READY http://127.0.0.1:").strip().split("/")[1]
    assert len(secret) == 32
    assert "do this: Open the address above yourself" in words.read_text(encoding="utf-8")
    log = next(tmp_path.rglob("hescope.log")).read_text(encoding="utf-8")
    assert "found no browser" in log
    assert secret not in log


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
    subprocess.run([sys.executable, "-c", dying, str(tmp_path)], cwd=ROOT, check=False)
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


SERVED = """
import sys, threading
from app.__main__ import main
from app.launch.lifetime import end_server
threading.Thread(target=lambda: (sys.stdin.readline(), end_server()), daemon=True).start()
raise SystemExit(main(["--no-browser"]))
"""


def test_answer_that_is_never_fetched_does_not_keep_the_server_from_ending() -> None:
    script = max(
        Path(streamlit.__file__).parent.glob("static/**/*.js"), key=lambda file: file.stat().st_size
    )
    with subprocess.Popen(
        [sys.executable, "-c", SERVED],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            assert program.stdout is not None
            address = urlsplit(program.stdout.readline().split()[1])
            wanted = (
                f"GET {address.path}/static/js/{script.name} HTTP/1.1\r\nHost: {address.netloc}"
            )
            with socket.create_connection((address.hostname or "", address.port or 0)) as tab:
                tab.sendall(20 * f"{wanted}\r\n\r\n".encode())  # more than fits on the way
                assert tab.recv(15) == b"HTTP/1.1 200 OK"
                program.communicate("end\n", timeout=30)
            assert program.returncode == 0
        finally:
            program.kill()


QUIT_PAGE = "from app.widgets.common.quit_button import quit_button; quit_button()"


def test_quit_button_says_farewell_and_ends_a_desktop_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = threading.Event()
    monkeypatch.setattr("app.widgets.common.quit_button.end_server", ended.set)
    assert not AppTest.from_string(QUIT_PAGE).run().button  # a developer's server
    monkeypatch.setenv(DESKTOP_VARIABLE, "1")
    left = AppTest.from_string(QUIT_PAGE).run().button[0].click().run()
    leave = re.search(r'location\.replace\("(.*?)"\)', left.get("html")[0].proto.body)
    assert leave
    assert not ended.is_set()
    assert "You can close this tab" in fetch(leave[1])
    assert ended.wait(10)


def test_quitting_waits_for_no_browser_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(door, "_FAREWELL_SECONDS", 0)
    farewell(ended.set)
    assert ended.wait(10)


def test_log_rotates_and_stays_small(tmp_path: Path) -> None:
    writing = (
        "import sys; from pathlib import Path; from app.launch.journal import *\n"
        "start_journal(Path(sys.argv[1]), print)\n"
        "for number in range(20_000): LOGGER.info('event %s of a long session', number)"
    )
    subprocess.run([sys.executable, "-c", writing, str(tmp_path)], cwd=ROOT, check=True)
    logs = sorted(tmp_path.glob("hescope.log*"))
    assert [log.name for log in logs] == ["hescope.log", *[f"hescope.log.{n}" for n in (1, 2, 3)]]
    assert all(log.stat().st_size <= 256 * 1024 for log in logs)
    assert "event 19999" in logs[0].read_text(encoding="utf-8")


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
    done = subprocess.run(
        [sys.executable, "-c", crashing, str(tmp_path)],
        cwd=ROOT,
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
    for rest in ("import faulthandler; faulthandler._sigsegv()", ""):
        subprocess.run(
            [sys.executable, "-c", begin + rest, str(tmp_path)],
            cwd=ROOT,
            check=False,
            capture_output=True,
        )
    reports = list(tmp_path.glob("crash-*.txt"))
    assert len(reports) == 1
    assert "Segmentation fault" in reports[0].read_text(encoding="utf-8")
