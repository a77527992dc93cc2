"""From a baseline head CT and clinical findings to the risk of hematoma expansion.

The method of Lee et al., Neuroradiology 2024, doi 10.1007/s00234-024-03298-y, as one story.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.dicom import (
    check_quality,
    choose_head_ct,
    find_series,
    input_sha256,
    read_volume,
    refuse_if_unusable,
    study_folder,
)
from core.domain import (
    Assessment,
    BoolArray,
    ClinicalFindings,
    FloatArray,
    Geometry,
    QualityFinding,
    Segmentation,
    Severity,
    SliceResult,
    Volume,
)
from core.explain.gradcam import activation_maps
from core.imaging.measures import abc2_ml, slice_areas_mm2, slice_volumes_ml, volume_ml
from core.models.folder import Model
from core.models.preprocessing import prepare, restore, shrunk
from core.progress import Progress, Stages, silent
from core.risk.clinical_input import implausible
from core.risk.estimate import estimate
from core.risk.ndl import dl_score, normalized_dl_score

Scalar = TypeVar("Scalar", bound=np.generic)

STAGES = 8
_NO_HEMATOMA = QualityFinding(
    "no-hematoma",
    Severity.WARNING,
    "No hematoma was found; image and integrated risk are not given.",
    "Look through the slices: small, isodense or extra-axial blood can be missed.",
)


def assess(
    source: Path,
    clinical: ClinicalFindings,
    model: Model,
    *,
    series_uid: str | None = None,
    progress: Progress = silent,
) -> Assessment:
    """Everything that a study and its clinical findings lead to.

    source: a folder, a zip archive or a NIfTI file.

    Raises
    ------
    StudyUnusableError
        There is no head CT that can be assessed safely.
    """
    stages = Stages(progress, STAGES)
    with study_folder(source) as folder:
        stages.begin("Finding the head CT")
        series = choose_head_ct(find_series(folder), series_uid)
        stages.begin("Reading slices")
        volume = read_volume(series)
    findings = check_quality(volume)
    refuse_if_unusable(findings)
    hematoma = find_hematoma(volume, model, stages)
    stages.begin("Estimating risk")
    return Assessment(
        volume=volume,
        segmentation=hematoma.segmentation,
        slices=hematoma.slices,
        activation=hematoma.activation,
        volume_ml=volume_ml(hematoma.segmentation.mask, volume.geometry),
        abc2_ml=abc2_ml(hematoma.segmentation.mask, volume.geometry),
        ndl=hematoma.ndl,
        clinical=clinical,
        risk=estimate(hematoma.ndl, clinical, model.risk),
        findings=(*findings, *hematoma.findings, *implausible(clinical)),
        model=model.identity,
        input_sha256=input_sha256(volume),
        timings_s=stages.seconds(),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Hematoma:
    """What the networks make of a volume; ``activation`` is float32 on the scanner's grid."""

    segmentation: Segmentation
    slices: tuple[SliceResult, ...]
    activation: NDArray[np.float32]
    ndl: float | None
    findings: tuple[QualityFinding, ...]


def find_hematoma(volume: Volume, model: Model, stages: Stages) -> Hematoma:
    """The paper's chain (Fig. 2): classify slices, segment those with hematoma, score expansion."""
    card, engine = model.card, model.engine
    frame = volume.geometry.rows, volume.geometry.columns
    stages.begin("Preparing slices")
    slices = prepare(volume, card.input)
    stages.begin("Finding hematoma slices")
    p_hematoma = engine.classify(shrunk(slices.images, card.input.classifier_px))
    positive = p_hematoma >= card.thresholds.slice
    stages.begin("Segmenting the hematoma")
    segmented = engine.segment(slices.images[positive])
    stages.begin("Scoring expansion")
    scores = engine.expansion(segmented)
    stages.begin("Explaining the score")
    maps = activation_maps(engine.hematoma_net.head, segmented)
    mask = restore(_on_all(segmented.p_mask, positive), slices, frame) >= card.thresholds.mask
    per_slice = _slice_results(
        mask,
        volume.geometry,
        p_hematoma[slices.slab_of_slice],
        _on_all(scores, positive)[slices.slab_of_slice],
    )
    dl = dl_score(
        [s.dl_score or 0.0 for s in per_slice], list(slice_volumes_ml(mask, volume.geometry))
    )
    found = bool(mask.any())
    return Hematoma(
        segmentation=Segmentation(mask, volume.geometry),
        slices=per_slice,
        activation=restore(_on_all(maps, positive), slices, frame),
        ndl=normalized_dl_score(dl, card.ndl) if found else None,
        findings=() if found else (_NO_HEMATOMA,),
    )


def _on_all(values: NDArray[Scalar], positive: BoolArray) -> NDArray[Scalar]:
    """Values of the positive slabs among all slabs, 0 elsewhere."""
    spread = np.zeros((len(positive), *values.shape[1:]), values.dtype)
    spread[positive] = values
    return spread


def _slice_results(
    mask: BoolArray, geometry: Geometry, p_hematoma: FloatArray, scores: FloatArray
) -> tuple[SliceResult, ...]:
    areas = slice_areas_mm2(mask, geometry)
    return tuple(
        SliceResult(
            index=index,
            z_mm=float(geometry.offsets_mm[index]),
            p_hematoma=float(p_hematoma[index]),
            area_mm2=float(area),
            dl_score=float(scores[index]) if area else None,
        )
        for index, area in enumerate(areas)
    )
