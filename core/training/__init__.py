"""Trains, evaluates and releases networks."""

import os

from core.models.torch_compat import ensure_torchvision

# Read when albumentations is imported, which otherwise asks the internet for a newer version.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
ensure_torchvision()  # before timm imports torchvision
