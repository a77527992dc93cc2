"""What a reader must know of a CT volume before trusting a number measured on it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.dicom import traits
from core.dicom.stack import stack_findings
from core.domain import QualityFinding, Series, Severity, Volume
from core.errors import StudyUnusableError

_EXPORT_ORIGINAL = "Export the original series from the scanner or the archive."
# A clip or a coil is some tenths of a mL; single voxels above the range are noise.
_METAL_HU = 3000
_METAL_ML = 0.1
# Where the narrowest window in use for brain ends; what ends below shows neither blood nor bone.
_LOWEST_MAX_HU = 80


def check_quality(volume: Volume) -> tuple[QualityFinding, ...]:
    """Findings of reading, of the slices' order and spacing, of the header and of the densities."""
    return (
        *volume.findings,
        *stack_findings(volume.geometry),
        *_header_findings(volume.series),
        *_density_findings(volume.hu),
        *_metal(volume),
    )


def refuse_if_unusable(findings: Sequence[QualityFinding]) -> None:
    """Nothing, if no finding is a refusal.

    Raises
    ------
    StudyUnusableError
        With the messages and remedies of all refusals.
    """
    refusals = [finding for finding in findings if finding.severity is Severity.REFUSAL]
    if refusals:
        raise StudyUnusableError(
            " ".join(finding.message for finding in refusals),
            " ".join(dict.fromkeys(finding.remedy for finding in refusals)),
        )


def _header_findings(series: Series) -> tuple[QualityFinding, ...]:
    found = (
        (
            traits.is_contrast_enhanced(series),
            QualityFinding(
                "contrast-agent",
                Severity.WARNING,
                "The header names a contrast agent, expected a non-contrast CT.",
                "Use the series without contrast: contrast in vessels looks like blood.",
            ),
        ),
        (
            traits.is_sharp(series),
            QualityFinding(
                "bone-kernel",
                Severity.WARNING,
                "The images were reconstructed with a sharp kernel, expected one for brain.",
                "Use the soft-tissue series: noise hides the border of the hematoma.",
            ),
        ),
        (
            series.format == "dicom" and traits.region(series) == "unstated",
            QualityFinding(
                "body-part-unstated",
                Severity.WARNING,
                "The header does not say which part of the body is shown, expected the head.",
                "Check that this is a head CT.",
            ),
        ),
    )
    return tuple(finding for holds, finding in found if holds)


def _density_findings(hu: NDArray[np.int16]) -> tuple[QualityFinding, ...]:
    """Whether densities are those of a head: air about -1000, brain 0 to 80 HU in the middle."""
    middle = _middle_hu(hu)
    if not -150.0 <= middle <= 150.0:
        return (
            QualityFinding(
                "implausible-hu",
                Severity.REFUSAL,
                f"The middle of the volume has a median density of {middle:.0f} HU, expected brain "
                "(0 to 80 HU).",
                "Check that this is a head CT with its original densities. " + _EXPORT_ORIGINAL,
            ),
        )
    if hu.max() < _LOWEST_MAX_HU:
        return (
            QualityFinding(
                "implausible-hu",
                Severity.REFUSAL,
                f"The highest density is {hu.max()} HU, expected blood (50 to 100 HU) and bone "
                "(above 1000 HU).",
                "Check that this is a head CT with its original densities. " + _EXPORT_ORIGINAL,
            ),
        )
    return (*_brain(middle), *_range(hu))


def _brain(middle_hu: float) -> tuple[QualityFinding, ...]:
    if 0.0 <= middle_hu <= 80.0:
        return ()
    return (
        QualityFinding(
            "unusual-brain-hu",
            Severity.WARNING,
            f"The middle of the volume has a median density of {middle_hu:.0f} HU, expected brain "
            "(0 to 80 HU).",
            "Check that the head is in the middle of the images and that densities are right.",
        ),
    )


def _range(hu: NDArray[np.int16]) -> tuple[QualityFinding, ...]:
    lowest, highest = int(hu.min()), int(hu.max())
    if highest < 200 or lowest > -200:
        return (
            QualityFinding(
                "window-limited-hu",
                Severity.WARNING,
                f"Densities lie between {lowest} and {highest} HU, expected air at -1000 and bone "
                "above 1000 HU: a display window was applied, or these are not HU.",
                _EXPORT_ORIGINAL,
            ),
        )
    if np.count_nonzero(hu < -900) < 0.01 * hu.size:
        return (
            QualityFinding(
                "no-air",
                Severity.WARNING,
                f"Less than 1 % of the volume is air (below -900 HU); the lowest density is "
                f"{lowest} HU, expected air at -1000 around the head.",
                "Check that densities are right. " + _EXPORT_ORIGINAL,
            ),
        )
    return ()


def _middle_hu(hu: NDArray[np.int16]) -> float:
    """Median density, HU, of the middle third of each axis, where a scanned head has its brain."""
    middle = tuple(slice(size // 3, size - size // 3) for size in hu.shape)
    return float(np.median(hu[middle]))


def _metal(volume: Volume) -> tuple[QualityFinding, ...]:
    geometry = volume.geometry
    voxels = np.count_nonzero(volume.hu > _METAL_HU, axis=(1, 2))
    metal_ml = float(voxels @ geometry.thickness_mm) * geometry.pixel_area_mm2 / 1000.0
    if metal_ml < _METAL_ML:
        return ()
    return (
        QualityFinding(
            "metal",
            Severity.WARNING,
            f"{metal_ml:.1f} mL are denser than {_METAL_HU} HU: metal, which throws streaks.",
            "Check the segmentation on slices with streaks.",
        ),
    )
