"""In a program of its own: what others imported would hide it."""

import subprocess
import sys

_ALONE = """
import sys
import core.explain.gradcam
heavy = {"matplotlib", "sklearn", "torchvision", "torch._dynamo"} & sys.modules.keys()
assert not heavy, heavy

from pytorch_grad_cam import EigenCAM, GradCAM  # the library, whole
from core.explain.grad_cam_library import GradCAM as lean
assert GradCAM is lean

from sklearn.decomposition import KernelPCA  # everybody else gets the real ones
import matplotlib.pyplot
assert KernelPCA().get_params()["n_components"] is None

from pytorch_grad_cam.utils.svd_on_activations import get_2d_projection_kernel
import numpy as np
try:
    get_2d_projection_kernel(np.ones((1, 2, 3, 3)))
except ImportError as error:
    assert "sklearn.decomposition.KernelPCA" in str(error)
else:
    raise AssertionError("a stand-in did something")
"""

_WHILE_ANOTHER_THREAD_IMPORTS = """
import sys

class Others:  # threads that import meanwhile: each has come to another finder
    threads = []

    def find_spec(self, name, path, target=None):
        if name == "pytorch_grad_cam":
            for count in range(len(sys.meta_path)):
                finders = iter(sys.meta_path)
                self.threads.append(([next(finders) for _ in range(count)], finders))

known = list(sys.meta_path)
sys.meta_path.insert(0, Others())
import core.explain.grad_cam_library
assert Others.threads
for asked, left in Others.threads:
    missed = set(known) - {*asked, *left}
    assert not missed, missed
"""


def test_other_threads_can_import_meanwhile() -> None:
    subprocess.run([sys.executable, "-c", _WHILE_ANOTHER_THREAD_IMPORTS], check=True)


def test_grad_cam_comes_without_what_it_does_not_need_and_says_so_where_it_does() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ALONE], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
