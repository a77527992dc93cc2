"""The networks, their card and weights, the one preprocessing, and the engine that runs them."""

from core.models.torch_compat import ensure_torchvision

ensure_torchvision()  # before timm, segmentation-models-pytorch and grad-cam import torchvision
