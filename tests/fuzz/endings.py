"""How an error, a refusal and a hang end: ``python -m tests.fuzz.endings`` prints a word each.

In a process of its own: with the threads of OpenVINO about, the alarm of the limit ended the
process of all tests with a segmentation fault.
"""

import sys
import time
from pathlib import Path

from core.errors import UsageError
from tests.fuzz import judge


def fail(_folder: Path) -> None:
    raise KeyError("here")


def refuse(_folder: Path) -> None:
    raise UsageError("Found.", "Do.")


def hang(_folder: Path) -> None:
    while True:
        try:
            time.sleep(0.01)
        except Exception:  # noqa: BLE001  what a careless reader might do
            continue


if __name__ == "__main__":
    judge.LIMIT_S = 0.2
    for read in (fail, refuse, hang):
        judge.READ["study"] = read
        sys.stdout.write(f"{judge.ended('study', Path(), None).ending}\n")
