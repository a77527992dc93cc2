"""The lock is what CI installs from: it names what is required, and what is there."""

import os
import re
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "build/requirements-linux-x64-cpu.lock"
LINE = re.compile(r"(?P<name>[\w.-]+)==(?P<version>\S+) --hash=sha256:[0-9a-f]{64}")


def pinned() -> dict[str, str]:
    lines = [LINE.fullmatch(line) for line in LOCK.read_text().splitlines()]
    assert all(lines)
    return {normal(line["name"]): line["version"] for line in lines if line}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_lock_holds_every_requirement_at_its_version() -> None:
    required = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line]
    asked = dict(line.split("==") for line in required if not line.startswith("#"))
    found = pinned()
    assert len(asked) > 20
    for name, number in asked.items():
        assert found[normal(name)].partition("+")[0] == number, f"{name}: make lock"


@pytest.mark.skipif("CI" not in os.environ, reason="elsewhere packages are not from the lock")
def test_installed_packages_are_those_of_the_lock() -> None:
    assert {name: version(name) for name in pinned()} == pinned()
