"""Modules that take long to import, imported by a thread while others read and compute."""

import importlib
import sys
import threading
from contextlib import suppress

GRAD_CAM = "core.explain.gradcam"
"""With torch and grad-cam: more than a second."""
FILES = ("core.report.files", "core.report.pdf")


def import_ahead(*modules: str) -> None:
    """Import modules in the background; whoever needs one before it is there waits for it."""
    missing = [name for name in modules if name not in sys.modules]
    if missing:
        # No daemon: a program that ends meanwhile waits, for half of torch cannot be torn down.
        threading.Thread(target=_import, args=(missing,)).start()


def _import(modules: list[str]) -> None:
    # Whoever needs it is told what is wrong; a program that ends may stop it half-way.
    with suppress(ImportError, RuntimeError):
        for name in modules:
            importlib.import_module(name)
