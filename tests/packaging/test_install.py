"""The scripts that put the program into a home folder and take it away again."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

LINUX = Path(__file__).parents[2] / "build" / "linux"
PROGRAM = '#!/bin/sh\necho "program $*"\n'


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """A bundle in which the program is a line of shell."""
    folder = tmp_path / "hescope"
    (folder / "_internal").mkdir(parents=True)
    (folder / "hescope").write_text(PROGRAM)
    (folder / "hescope").chmod(0o755)
    for name in ("install.sh", "uninstall.sh", "hescope.desktop"):
        shutil.copy(LINUX / name, folder)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home of a user"
    folder.mkdir()
    return folder


def run(*command: str | Path, home: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command],
        env={"HOME": str(home), "PATH": path + os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_installed_program_is_in_the_menu_and_on_the_command_line(
    unpacked: Path, home: Path
) -> None:
    done = run(unpacked / "install.sh", home=home)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(unpacked)  # what was unpacked is not needed any more
    called = run(home / ".local/bin/hescope", "assess", home=home)
    assert called.stdout == "program assess\n"
    entry = (home / ".local/share/applications/hescope.desktop").read_text()
    program = home / ".local/share/hescope-program"
    assert f'Exec="{program}/hescope"\n' in entry
    assert "@" not in entry


def test_new_version_replaces_the_old_one(unpacked: Path, home: Path) -> None:
    (unpacked / "_internal" / "old").touch()
    run(unpacked / "install.sh", home=home)
    (unpacked / "_internal" / "old").rename(unpacked / "_internal" / "new")
    assert run(unpacked / "install.sh", home=home).returncode == 0
    assert os.listdir(home / ".local/share/hescope-program/_internal") == ["new"]


def test_uninstalling_leaves_nothing_but_what_the_user_made(unpacked: Path, home: Path) -> None:
    run(unpacked / "install.sh", home=home)
    model = ".local/share/hescope/models/SITE-1.0.0/card.json"
    log = ".local/state/hescope/log/hescope.log"
    for made in (model, log):
        (home / made).parent.mkdir(parents=True)
        (home / made).touch()
    installed = home / ".local/share/hescope-program/uninstall.sh"
    assert run(installed, home=home).returncode == 0
    assert files(home) == {model, log}
    assert run(unpacked / "uninstall.sh", "--all", home=home).returncode == 0
    assert files(home) == set()


def test_full_disk_is_said_before_anything_is_replaced(
    unpacked: Path, home: Path, tmp_path: Path
) -> None:
    run(unpacked / "install.sh", home=home)
    before = files(home)
    (tmp_path / "df").write_text("#!/bin/sh\nprintf 'head\\ndisk 9 9 3 99%% /\\n'\n")
    (tmp_path / "df").chmod(0o755)
    done = run(unpacked / "install.sh", home=home, path=f"{tmp_path}:")
    assert done.returncode == 1
    assert "Found 0 MB free" in done.stderr
    assert "do this:" in done.stderr
    assert files(home) == before
