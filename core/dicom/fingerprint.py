"""What identifies the input of an assessment without identifying the patient."""

import hashlib

import numpy as np

from core.domain import Volume


def input_sha256(volume: Volume) -> str:
    """SHA-256 of densities and geometry: the same scan gives the same one, however it is stored."""
    geometry = volume.geometry
    numbers = [
        np.array(geometry.shape),
        geometry.positions_mm,
        geometry.column_axis,
        geometry.row_axis,
        np.array(geometry.pixel_spacing_mm),
    ]
    digest = hashlib.sha256(np.ascontiguousarray(volume.hu, dtype="<i2").data)
    for number in numbers:
        digest.update(np.ascontiguousarray(number, dtype="<f8").tobytes())
    return digest.hexdigest()
