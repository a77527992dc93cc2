import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("argv", ["[]", "['whatif', '--age', '65', '--gcs', '10']"])
def test_usage_and_whatif_do_without_torch(argv: str) -> None:
    script = (
        "import sys; from core.cli import main\n"
        f"try: main({argv})\n"
        "except SystemExit: pass\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert python("-c", script).returncode == 0


def test_help_names_the_verbs_and_the_purpose() -> None:
    ended = python("-m", "core", "--help")
    assert ended.returncode == 0
    assert all(verb in ended.stdout for verb in ("series", "assess", "whatif", "bench"))
    assert "Research use only" in ended.stdout


def test_exit_code_reaches_the_shell() -> None:
    ended = python("-m", "core", "whatif", "--gcs", "17")
    assert ended.returncode == 4
    assert ended.stderr.splitlines()[0].startswith("error: Glasgow Coma Scale")
