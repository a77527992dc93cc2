"""The hematoma mask as a NIfTI file."""

import gzip
from dataclasses import replace

import nibabel
import numpy as np

from core.dicom import affine_ras
from core.domain import Geometry, QualityFinding, Segmentation, Severity

# Table positions are stated to 0.1 mm or so: a smaller difference is rounding.
_ROUNDING_MM = 0.1


def hematoma_nifti(segmentation: Segmentation) -> bytes:
    """Gzipped NIfTI file of the mask: uint8, 1 is hematoma; axes (column, row, slice), RAS, mm.

    NIfTI knows one distance for all slices.  Uneven slices are put on an even grid with the
    smallest of their steps, each new slice a copy of the nearest old one.
    """
    even = _on_even_grid(segmentation)
    mask = even.mask.transpose(2, 1, 0).astype(np.uint8)
    image = nibabel.Nifti1Image(mask, affine_ras(even.geometry))
    image.header.set_xyzt_units("mm")
    by = "edited by reader" if segmentation.edited_by_reader else "by HEscope"
    image.header["descrip"] = f"Hematoma {by}. Research use only."
    # A form with shear, as a tilted gantry gives, fits into the sform alone.
    image.set_sform(image.affine, code="scanner")
    return gzip.compress(image.to_bytes(), mtime=0)


def nifti_findings(geometry: Geometry) -> tuple[QualityFinding, ...]:
    """That the mask in the NIfTI file is not slice by slice that of the series, if it is not."""
    if _is_even(geometry):
        return ()
    return (
        QualityFinding(
            "nifti-even-grid",
            Severity.INFO,
            "NIfTI knows one distance for all slices: hematoma.nii.gz is on an even grid of "
            f"{_smallest_step_mm(geometry):.1f} mm, each slice a copy of the nearest.",
            "Measure with volume_ml and slices.csv, which count each slice as it lies.",
        ),
    )


def _on_even_grid(segmentation: Segmentation) -> Segmentation:
    geometry = segmentation.geometry
    if _is_even(geometry):
        return segmentation
    first, last = geometry.offsets_mm[[0, -1]]
    count = round((last - first) / _smallest_step_mm(geometry)) + 1
    offsets_mm = np.linspace(first, last, count)
    nearest = np.abs(offsets_mm[:, None] - geometry.offsets_mm).argmin(axis=1)
    positions_mm = np.linspace(geometry.positions_mm[0], geometry.positions_mm[-1], count)
    return replace(
        segmentation,
        mask=segmentation.mask[nearest],
        geometry=replace(geometry, positions_mm=positions_mm),
    )


def _is_even(geometry: Geometry) -> bool:
    positions = geometry.positions_mm
    even = np.linspace(positions[0], positions[-1], len(positions))
    return bool(np.linalg.norm(positions - even, axis=1).max() <= _ROUNDING_MM)


def _smallest_step_mm(geometry: Geometry) -> float:
    return float(np.diff(geometry.offsets_mm).min())
