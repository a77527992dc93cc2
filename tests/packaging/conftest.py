import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import unavailable

ROOT = Path(__file__).parents[2]
SOURCES = ("app", "core", "assets", "build", "requirements.txt", "README.md", "CHANGELOG.md")
TOOLS = ("unshare", "mount", "ip", "strace", "chromium")


def fingerprint() -> str:
    """SHA-256 of everything that goes into a bundle."""
    digest = hashlib.sha256(sys.version.encode())
    for source in SOURCES:
        path = ROOT / source
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def built() -> Path:
    """The bundle of these sources; built once, kept outside the repository until they change."""
    if importlib.util.find_spec("PyInstaller") is None:
        unavailable("PyInstaller is not installed")
    named = os.environ.get("HESCOPE_PACKAGES")
    kept = Path(named) if named else Path(tempfile.gettempdir()) / f"hescope-packages-{os.getuid()}"
    folder = kept / fingerprint()[:16]
    if not (folder / "done").is_file():
        shutil.rmtree(kept, ignore_errors=True)
        build(folder)
        (folder / "done").touch()
    return folder / "hescope"


@pytest.fixture(scope="session")
def archive(built: Path) -> Path:
    """What is handed out on Linux, packed as ``make package`` packs it."""
    missing = [tool for tool in ("tar", "xz") if shutil.which(tool) is None]
    if missing:
        unavailable(f"{', '.join(missing)} not installed")
    packed = built.parent / "hescope-linux-x64.tar.xz"
    if not packed.is_file():
        subprocess.run([ROOT / "build" / "linux" / "archive.sh", built.parent], check=True)
    return packed


def build(folder: Path, **variables: str) -> Path:
    """Bundle made in a folder, as ``make package`` makes it."""
    command = [sys.executable, "-m", "PyInstaller", str(ROOT / "build" / "hescope.spec")]
    places = ["--workpath", str(folder / "work"), "--distpath", str(folder), "--noconfirm"]
    environment = os.environ | {"PYTHONHASHSEED": "1"} | variables
    done = subprocess.run(
        [*command, *places], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    shutil.rmtree(folder / "work")
    return folder / "hescope"


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder that the program may write to."""
    folder = tmp_path_factory.mktemp("scratch")
    (folder / "home").mkdir()
    return folder


@pytest.fixture(scope="session")
def walked(built: Path, scratch: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the walk through the copied bundle measured, without a network."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        unavailable(f"{', '.join(missing)} not installed")
    isolated = ["unshare", "--net", "--mount"]
    isolated += [] if os.getuid() == 0 else ["--map-root-user"]
    if subprocess.run([*isolated, "true"], check=False, capture_output=True).returncode:
        unavailable("this system allows no network namespace")
    copied = tmp_path_factory.mktemp("copied") / "hescope"
    shutil.copytree(built, copied, symlinks=True)
    script = Path(__file__).with_name("namespace.sh")
    walk = [sys.executable, "-m", "tests.packaging.walk", str(copied), str(scratch)]
    done = subprocess.run(
        [*isolated, "sh", str(script), str(copied), *walk],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(copied)
    if "HESCOPE_SCREENSHOTS" in os.environ:
        for picture in scratch.glob("*.png"):
            shutil.copy(picture, os.environ["HESCOPE_SCREENSHOTS"])
    assert done.returncode == 0, done.stderr[-3000:]
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured
