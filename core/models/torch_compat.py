"""Make ``import torchvision`` work when its compiled operators cannot be loaded.

On Linux, PyPI ships only the CUDA build of torchvision.  Beside a CPU build of torch its ``_C.so``
cannot be loaded, and the import dies with "operator torchvision::nms does not exist" (see
pytorch/vision issues 9077 and 9085).  No compiled operator is used here: timm and
segmentation-models-pytorch need only torchvision's Python modules.  Declaring the two schemas lets
the import go through; calling such an operator still fails, loudly.  To be called before either is
imported.
"""

import sys
import threading

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_lock = threading.Lock()
_library: list[torch.library.Library] = []  # its definitions live as long as the object


def ensure_torchvision() -> None:
    """Import torchvision; declare what a CPU build of torch lacks, change nothing otherwise."""
    with _lock:
        _import_torchvision()


def _import_torchvision() -> None:
    try:
        import torchvision  # noqa: F401, PLC0415  the import is the test
    except RuntimeError as error:
        if "operator torchvision::" not in str(error):
            raise
        for name in list(sys.modules):  # a copy: other threads import meanwhile
            if name.partition(".")[0] == "torchvision":
                del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        for schema in _SCHEMAS:
            library.define(schema)
        _library.append(library)
        import torchvision  # noqa: F401, PLC0415
