"""Trains, evaluates and releases networks."""

import os

# Read when albumentations is imported, which otherwise asks the internet for a newer version.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
