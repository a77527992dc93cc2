"""What a reader must know of a CT volume before trusting a number measured on it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.dicom import traits
from core.dicom.findings import Finding
from core.dicom.stack import stack_findings
from core.domain import QualityFinding, Series, Severity, Volume
from core.errors import StudyUnusableError
from core.imaging.brain_seen import BrainSeen, brain_seen
from core.imaging.enhancement import VESSEL_HU, dense_brain
from core.imaging.sharpness import edge_width_mm
from core.imaging.skull import CoarseHead

# A clip or a coil is some tenths of a mL; single voxels above the range are noise.
_METAL_HU = 3000
_METAL_ML = 0.1
# Where the narrowest window in use for brain ends; what ends below shows neither blood nor bone.
_LOWEST_MAX_HU = 80
# Median density of what a display window shows of a head, neither black nor white, if it was kept
# in HU: 19 to 37 in the 95 heads of PHE-SICH, whose window is -20 to 100 HU.  In pictures of 8 bits
# brain is gray: 96 of 255 at a window of 0 to 80 HU, 115 at -10 to 90.
_TISSUE_HU = (10, 50)
_EIGHT_BITS = (0, 255)
# Height of brain seen, mm: 25 in one real head with gaps in its bone, 65 or more in all others.
_LEAST_BRAIN_MM, _LITTLE_BRAIN_MM = 15.0, 40.0
# Median density within the skull: 19 to 38 HU in 96 real heads, 29 to 30 in simulated ones.
_BRAIN_HU = (17, 42)
_BRAIN_HU_REFUSED = (12, 50)
# Width of the edge from air to skin: what is warned of, what is refused; more where pixels are so
# large that a sharp edge is two of them wide.
_EDGE_MM, _EDGE_PIXELS = (4.0, 7.0), 3.0


def check_quality(volume: Volume, head: CoarseHead | None) -> tuple[QualityFinding, ...]:
    """Findings of reading, of the slices' order and spacing, of the header and of the densities.

    head: the volume's ``coarse_head``.
    """
    densities = _density_findings(volume.hu)
    refused = any(finding.severity is Severity.REFUSAL for finding in densities)
    return (
        *volume.findings,
        *stack_findings(volume.geometry),
        *_contrast(volume, None if densities else head),
        *_header_findings(volume.series),
        *densities,
        *(() if refused else _brain(head)),
        *_sharpness(volume),
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
            traits.is_sharp(series),
            Finding.BONE_KERNEL,
        ),
        (
            series.format == "dicom" and traits.region(series) == "unstated",
            Finding.BODY_PART_UNSTATED,
        ),
    )
    return tuple(finding.told() for holds, finding in found if holds)


def _contrast(volume: Volume, head: CoarseHead | None) -> tuple[QualityFinding, ...]:
    """What header and vessels say of a contrast agent; the vessels outrank the header.

    head: None where its densities say nothing.
    """
    named = traits.is_contrast_enhanced(volume.series)
    dense = None if head is None else dense_brain(head)
    if dense is None:
        return (Finding.CONTRAST_AGENT.told(),) if named else ()
    if dense.is_enhanced:
        refused = Finding.CONTRAST_AGENT_REFUSED
        return (
            refused.told(dense_ml=dense.volume_ml, height_mm=dense.height_mm, limit_hu=VESSEL_HU),
        )
    return (Finding.CONTRAST_AGENT_UNSEEN.told(limit_hu=VESSEL_HU),) if named else ()


def _density_findings(hu: NDArray[np.int16]) -> tuple[QualityFinding, ...]:
    """Whether densities are those of a head: air about -1000, brain 0 to 80 HU in the middle."""
    middle = _middle_hu(hu)
    if not -150.0 <= middle <= 150.0:
        return (Finding.IMPLAUSIBLE_MIDDLE.told(middle_hu=middle),)
    if hu.max() < _LOWEST_MAX_HU:
        return (Finding.IMPLAUSIBLE_HIGHEST.told(highest_hu=int(hu.max())),)
    return _range(hu)


def _brain(head: CoarseHead | None) -> tuple[QualityFinding, ...]:
    """Whether brain is seen in a skull, of plausible density, lying as a head should."""
    seen = None if head is None else brain_seen(head)
    if seen is None or seen.height_mm < _LEAST_BRAIN_MM:
        height_mm = 0.0 if seen is None else seen.height_mm
        return (Finding.NO_BRAIN.told(height_mm=height_mm, least_mm=_LEAST_BRAIN_MM),)
    little = seen.height_mm < _LITTLE_BRAIN_MM
    return (
        *((Finding.LITTLE_BRAIN.told(height_mm=seen.height_mm),) if little else ()),
        *_brain_hu(seen.tissue_hu),
        *_orientation(seen),
    )


def _brain_hu(tissue_hu: float) -> tuple[QualityFinding, ...]:
    low, high = _BRAIN_HU
    if low <= tissue_hu <= high:
        return ()
    lowest, highest = _BRAIN_HU_REFUSED
    plausible = lowest <= tissue_hu <= highest
    finding = Finding.UNUSUAL_BRAIN_HU if plausible else Finding.BRAIN_HU_REFUSED
    return (finding.told(tissue_hu=tissue_hu, low_hu=low, high_hu=high),)


def _orientation(seen: BrainSeen) -> tuple[QualityFinding, ...]:
    if seen.lies_across:
        return (Finding.HEAD_TURNED.told(how="The head is longest across the image"),)
    if seen.upside_down:
        return (Finding.HEAD_TURNED.told(how="The skull base seems to lie above the brain"),)
    return ()


def _range(hu: NDArray[np.int16]) -> tuple[QualityFinding, ...]:
    lowest, highest = int(hu.min()), int(hu.max())
    if highest < 200 or lowest > -200:
        return (_window_limited(hu, lowest, highest),)
    if np.count_nonzero(hu < -900) < 0.01 * hu.size:
        return (Finding.NO_AIR.told(lowest_hu=lowest),)
    return ()


def _window_limited(hu: NDArray[np.int16], lowest: int, highest: int) -> QualityFinding:
    """A warning where what the window left is in HU, else a refusal."""
    within = hu[(hu > lowest) & (hu < highest)]
    tissue_hu = float(np.median(within)) if within.size else float(highest)
    low, high = _TISSUE_HU
    if low <= tissue_hu <= high and (lowest, highest) != _EIGHT_BITS:
        return Finding.WINDOW_LIMITED_HU.told(lowest_hu=lowest, highest_hu=highest)
    return Finding.WINDOW_LIMITED_REFUSED.told(
        lowest_hu=lowest, highest_hu=highest, tissue_hu=tissue_hu
    )


def _sharpness(volume: Volume) -> tuple[QualityFinding, ...]:
    width_mm = edge_width_mm(volume)
    pixel_mm = max(volume.geometry.pixel_spacing_mm)
    most_mm, refused_mm = (max(edge, _EDGE_PIXELS * pixel_mm) for edge in _EDGE_MM)
    if width_mm is None or width_mm <= most_mm:
        return ()
    finding = Finding.BLURRED_REFUSED if width_mm > refused_mm else Finding.BLURRED
    return (finding.told(width_mm=width_mm, most_mm=most_mm),)


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
    return (Finding.METAL.told(metal_ml=metal_ml, limit_hu=_METAL_HU),)
