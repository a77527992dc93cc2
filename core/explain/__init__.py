"""Where the expansion score comes from."""

import importlib
import sys
import threading

_GRAD_CAM = "core.explain.gradcam"


def ready_soon() -> None:
    """Import Grad-CAM in the background: with torch it takes two seconds, in which others read."""
    if _GRAD_CAM not in sys.modules:
        threading.Thread(target=importlib.import_module, args=(_GRAD_CAM,), daemon=True).start()
