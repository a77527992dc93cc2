"""Augmentation with albumentations (doi 10.3390/info11020125), on the network grid."""

import warnings
from typing import Literal

import albumentations as A


def augmentation(kind: Literal["paper", "strong"], size_px: int) -> A.Compose:
    """Random transform of ``image`` (size, size, C) and ``mask`` (size, size), uint8, to the same.

    "paper" is ShiftScaleRotate and RandomScale, as the paper names them; "strong" adds flips, blur,
    gain, offset and noise.  Outside the image is air: 0 in the 0-100 HU window.
    """
    geometric = [
        _shift_scale_rotate(),
        A.RandomScale(scale_limit=0.1, p=0.5),
        A.PadIfNeeded(size_px, size_px, border_mode=0, fill=0),
        A.CenterCrop(size_px, size_px),
    ]
    if kind == "paper":
        return A.Compose(geometric)
    photometric = [
        A.GaussianBlur(blur_limit=0, sigma_limit=(0.3, 1.0), p=0.3),
        A.RandomBrightnessContrast(brightness_limit=0.04, contrast_limit=0.1, p=0.7),
        A.GaussNoise(std_range=(0.005, 0.03), p=0.5),
    ]
    return A.Compose([A.HorizontalFlip(), *geometric, *photometric])


def _shift_scale_rotate() -> A.ShiftScaleRotate:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="ShiftScaleRotate is a special case of Affine")
        return A.ShiftScaleRotate(
            shift_limit=0.06,
            scale_limit=0.15,
            rotate_limit=20,
            border_mode=0,
            fill=0,
            p=0.9,
        )
