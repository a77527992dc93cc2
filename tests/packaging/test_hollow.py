"""OpenCV beside stand-ins for the libraries that the bundle leaves out; needs binutils."""

import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from tests.packaging.conftest import ROOT

sys.path.append(str(ROOT / "build"))
from hollow import hollow  # noqa: E402

LIBRARIES = Path(cv2.__file__).parents[1] / "opencv_python_headless.libs"
pytestmark = pytest.mark.skipif(
    not (LIBRARIES.is_dir() and shutil.which("as") and shutil.which("ld")),
    reason="not OpenCV's wheel for Linux, or no binutils",
)
ASKED = """
import cv2, numpy, sys
assert cv2.__file__.startswith(sys.argv[1]), cv2.__file__
image = numpy.arange(64.0 * 64).reshape(64, 64).astype(numpy.float32)
print(cv2.resize(image, (32, 32), interpolation=cv2.INTER_AREA).sum())
cv2.applyColorMap(image.astype(numpy.uint8), cv2.COLORMAP_JET)
"""


def test_opencv_works_without_its_libraries_for_video_and_large_matrices(tmp_path: Path) -> None:
    shutil.copytree(Path(cv2.__file__).parent, tmp_path / "cv2")
    beside = tmp_path / LIBRARIES.name
    beside.mkdir()
    for library in LIBRARIES.iterdir():
        if library.name.startswith("libpng"):
            shutil.copy(library, beside)
        elif library.name.startswith(("libopenblas", "libav", "libswscale")):
            made = hollow(library, next((tmp_path / "cv2").glob("cv2.*.so")), tmp_path / "made")
            shutil.copy(made, beside)
    call = [sys.executable, "-c", f"import sys; sys.path.insert(0, sys.argv[1]){ASKED}", tmp_path]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert float(done.stdout) == sum(range(64 * 64)) / 4
