import subprocess
import sys
from pathlib import Path


def test_training_asks_the_internet_for_nothing() -> None:
    # In a process of its own: albumentations asks when it is imported, and only once.
    script = (
        "import socket\n"
        "def refuse(self, address): raise SystemExit(f'connects to {address}')\n"
        "socket.socket.connect = refuse\n"
        "import core.training.train\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
