"""Nothing that HEscope does on its own asks the network, nor leaves that to another process."""

import os
import subprocess
import sys
from pathlib import Path

from core.assets import EXAMPLES

# Reported from within, by Python itself: a library that swallows its failures is seen too.
IN_CI = ("CI", "TF_BUILD", "JENKINS_URL")
FONTS = "'fc-list'"  # of this computer, which matplotlib looks for once
WATCHED = """
import os, sys
EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "os.fork",
          "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen"}
out = os.dup(1)
def watch(event, arguments):
    if event in EVENTS:
        os.write(out, f"{event} {arguments}\\n".encode())
sys.addaudithook(watch)
"""
ASSESS = """
from core.cli import main
sys.exit(main(["assess", sys.argv[1], "--out", sys.argv[2]]))
"""
APP = """
import importlib, pkgutil
import app, core
for package in (app, core):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.startswith(("app.views", "app.main", "core.batch.cluster")):
            importlib.import_module(module.name)
"""


def reported(program: str, *arguments: object) -> list[str]:
    argv = [sys.executable, "-c", WATCHED + program, *map(str, arguments)]
    # Telemetry holds its tongue where it takes itself to be tested.
    environment = {name: value for name, value in os.environ.items() if name not in IN_CI}
    done = subprocess.run(argv, capture_output=True, text=True, check=True, env=environment)
    names = ("socket.", "urllib.", "os.", "subprocess.")
    seen = [line for line in done.stdout.splitlines() if line.startswith(names)]
    return [line for line in seen if FONTS not in line]


def test_watch_sees_a_connection_in_another_process() -> None:
    asking = """
import multiprocessing, urllib.request
def ask():
    try:
        urllib.request.urlopen("http://127.0.0.1:1/")
    except OSError:
        pass
process = multiprocessing.get_context("fork").Process(target=ask)
process.start()
process.join()
"""
    seen = " ".join(reported(asking))
    assert "os.fork" in seen
    assert "urllib.Request" in seen
    assert "socket.connect" in seen


def test_an_assessment_asks_nobody(tmp_path: Path) -> None:
    assert reported(ASSESS, EXAMPLES / "expander" / "dicom", tmp_path / "out") == []


def test_importing_everything_asks_nobody() -> None:
    assert reported(APP) == []
