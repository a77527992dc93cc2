"""Lock of every package that requirements.txt leads to here, with the hash of its wheel.

python build/lock.py > FILE, then `pip install --require-hashes -r FILE` installs just these.
Wheels differ between systems, and so do their hashes: make one lock a system.
"""

import json
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
_RESOLVE = ["-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]


def lock(report: dict[str, list[dict[str, dict[str, str]]]]) -> str:
    """A line a package, from pip's report of what it would install."""
    return "\n".join(sorted((_line(one) for one in report["install"]), key=str.lower)) + "\n"


def _line(one: dict) -> str:
    about, archive = one["metadata"], one["download_info"]["archive_info"]
    return f"{about['name']}=={about['version']} --hash=sha256:{archive['hashes']['sha256']}"


if __name__ == "__main__":
    resolved = subprocess.run(
        [sys.executable, *_RESOLVE, "-r", str(REQUIREMENTS)], check=True, capture_output=True
    )
    sys.stdout.write(lock(json.loads(resolved.stdout)))
