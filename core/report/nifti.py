"""The hematoma mask as a NIfTI file, and what such a file cannot say."""

import gzip

import nibabel
import numpy as np

from core.dicom import affine_ras
from core.domain import Geometry, QualityFinding, Segmentation, Severity

# Table positions are stated to 0.1 mm or so: a smaller difference is rounding.
_ROUNDING_MM = 0.1


def hematoma_nifti(segmentation: Segmentation) -> bytes:
    """Gzipped NIfTI file of the mask: uint8, 1 is hematoma; axes (column, row, slice), RAS, mm."""
    mask = segmentation.mask.transpose(2, 1, 0).astype(np.uint8)
    image = nibabel.Nifti1Image(mask, affine_ras(segmentation.geometry))
    image.header.set_xyzt_units("mm")
    image.header["descrip"] = "Hematoma by HEscope. Research use only."
    # A form with shear, as a tilted gantry gives, fits into the sform alone.
    image.set_sform(image.affine, code="scanner")
    return gzip.compress(image.to_bytes(), mtime=0)


def nifti_findings(geometry: Geometry) -> tuple[QualityFinding, ...]:
    """That a NIfTI file cannot hold these slices as they lie, if it cannot."""
    misplaced_mm = _misplaced_mm(geometry)
    if misplaced_mm <= _ROUNDING_MM:
        return ()
    return (
        QualityFinding(
            "nifti-mean-step",
            Severity.WARNING,
            "NIfTI knows one distance for all slices: hematoma.nii.gz has their mean, which puts "
            f"slices up to {misplaced_mm:.1f} mm from where they lie.",
            "Measure with volume_ml and slices.csv, which count each slice as it lies.",
        ),
    )


def _misplaced_mm(geometry: Geometry) -> float:
    """Largest distance between a slice's position and where evenly spaced slices would put it."""
    positions = geometry.positions_mm
    even = np.linspace(positions[0], positions[-1], len(positions))
    return float(np.linalg.norm(positions - even, axis=1).max())
