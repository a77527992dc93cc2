"""What the scanner adds to a head: head rest, point spread, beam hardening, noise."""

from typing import cast

import numpy as np
from scipy import ndimage

from core.simulate.fields import Field, Points, logistic, paint, share_inside

PAD_HU, SHELL_HU = 20.0, 500.0
# Standard deviation of a soft kernel's point spread, which comes on top of EDGE_MM.
BLUR_MM = 0.45
# Where the soft kernel lets 1/e of the noise power pass, per mm: set so that neighbouring pixels
# correlate by 0.7 and next but one by 0.25, as in real head CT.
NOISE_CUTOFF_PER_MM = 0.29
HARDENING_HU = 7.0


def draw_head_rest(hu: Field, points: Points) -> None:
    """Paint the pad under the head and the shell of the head rest; points of the scanner."""
    pad = np.abs(np.hypot(points.x / 90, (points.y - 6) / 98) - 1) * 94
    shell = np.abs(np.hypot(points.x / 108, (points.y - 2) / 110) - 1) * 109
    paint(hu, share_inside(pad - 1.1) * logistic(points.y - 30, 1.0), PAD_HU)
    paint(hu, share_inside(shell - 0.9) * logistic(points.y + 15, 1.0), SHELL_HU)


def blurred(hu: Field, pixel_mm: float) -> Field:
    """The slice as a soft kernel shows it."""
    return cast(Field, ndimage.gaussian_filter(hu, BLUR_MM / pixel_mm))


def beam_hardening_hu(points: Points) -> Field:
    """The dark band and streaks between the petrous bones, HU."""
    between = np.exp(-((points.x / 30) ** 4) - ((points.y - 13) / 9) ** 2)
    height = np.exp(-(((points.z + 38) / 9) ** 2))
    streaks = 1 + 0.5 * np.sin(points.y * np.float32(0.9) + points.x * np.float32(0.08))
    return cast(Field, -HARDENING_HU * between * height * streaks)


def quantum_noise(size: int, pixel_mm: float, rng: np.random.Generator) -> Field:
    """Noise of one slice with the texture of filtered back projection; standard deviation 1.

    Its power rises with frequency as the ramp filter does and falls with the soft kernel
    (Kijewski and Judy 1987, doi 10.1088/0031-9155/32/5/003).
    """
    down = np.fft.fftfreq(size, pixel_mm)[:, None]
    along = np.fft.rfftfreq(size, pixel_mm)[None, :]
    frequency = np.hypot(down, along)
    amplitude = np.sqrt(frequency * np.exp(-((frequency / NOISE_CUTOFF_PER_MM) ** 2)))
    white = np.fft.rfft2(rng.standard_normal((size, size)))
    noise = np.fft.irfft2(white * amplitude, (size, size))
    return cast(Field, (noise / noise.std()).astype(np.float32))


def noise_share(hu: Field, pixel_mm: float) -> Field:
    """How much of the noise each pixel has, 0 to 1: it fades out in the air around the head."""
    in_head = ndimage.gaussian_filter((hu > -500).astype(np.float32), 3 / pixel_mm)
    return cast(Field, np.clip(1.5 * in_head - 0.25, 0, 1))
