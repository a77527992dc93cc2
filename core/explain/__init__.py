"""Where the expansion score comes from."""

import core.models  # noqa: F401  first: without it grad-cam cannot import torchvision
