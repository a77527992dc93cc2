"""From a baseline head CT and clinical findings to the risk of hematoma expansion.

The method of Lee et al., Neuroradiology 2024, doi 10.1007/s00234-024-03298-y, as one story.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from core.ahead import GRAD_CAM, import_ahead
from core.dicom import (
    age_findings,
    check_quality,
    choice_findings,
    choose_head_ct,
    find_series,
    input_sha256,
    left_out_findings,
    read_volume,
    refuse_hematoma_beside_damage,
    refuse_if_unusable,
    study_folder,
)
from core.dicom.findings import Finding
from core.domain import (
    NOTHING_ASKED,
    Asked,
    Assessment,
    BoolArray,
    ClinicalFindings,
    FloatArray,
    Geometry,
    ImageFindings,
    QualityFinding,
    Segmentation,
    Series,
    SliceResult,
    Volume,
)
from core.imaging.laplacian import filter_hematoma
from core.imaging.measures import (
    abc2_ml,
    counted_parts,
    slice_areas_mm2,
    slice_volumes_ml,
    volume_ml,
)
from core.imaging.skull import coarse_head
from core.models.folder import Model
from core.models.preprocessing import PreparedSlices, prepare, prepare_mask, restore, shrunk
from core.models.segmented import Segmented
from core.progress import Progress, Stages, silent
from core.risk.clinical_input import implausible
from core.risk.estimate import estimate
from core.risk.outcome import UNUSUAL_L5, unusual_l5
from core.scope import (
    OF_OUTLINE,
    denied_findings,
    likeness_findings,
    no_hematoma,
    scope_of_blood,
)

Scalar = TypeVar("Scalar", bound=np.generic)

STAGES = 8

Choose = Callable[[Sequence[Series], Asked], Series]
"""Takes one of the series of a study, or raises an error that says why it cannot."""


def as_asked(found: Sequence[Series], asked: Asked) -> Series:
    """The head CT that was asked for, or the best one where nothing names it.

    Raises
    ------
    StudyUnusableError
        There is no head CT, or a choice that ``asked`` does not make.
    """
    return choose_head_ct(found, asked.series_uid, asked.patient)


def assess(  # noqa: PLR0913  all that a study can come with
    source: Path,
    clinical: ClinicalFindings,
    model: Model,
    *,
    irregular: bool | None = None,
    asked: Asked = NOTHING_ASKED,
    choose: Choose = as_asked,
    progress: Progress = silent,
) -> Assessment:
    """Everything that a study and its clinical findings lead to.

    source: a folder, a zip archive or a NIfTI file.  irregular: the shape as a reader saw it.
    asked: which patient and series, where there is a choice; choose: how it is made.

    Raises
    ------
    StudyUnusableError
        There is no head CT that can be assessed safely.
    """
    stages = Stages(progress, STAGES)
    import_ahead(GRAD_CAM)
    with study_folder(source) as folder:
        stages.begin("Finding the head CT")
        found = find_series(folder)
        series = choose(found, asked)
        chosen = (
            *age_findings(series.patient, clinical.age_years, accepted=asked.child),
            *choice_findings(found, series, named=asked.series_uid is not None),
            *left_out_findings(folder, found, series),
        )
        stages.begin("Reading slices")
        volume = read_volume(series)
    head = coarse_head(volume)
    findings = (*chosen, *check_quality(volume, head))
    refuse_if_unusable(findings)
    hematoma = find_hematoma(volume, model, stages)
    findings = (*findings, *likeness_findings(hematoma.unlikeness))
    refuse_if_unusable(findings)
    refuse_hematoma_beside_damage(volume, hematoma.segmentation.mask)
    stages.begin("Estimating risk")
    l5_hu = _l5_hu(volume, hematoma.segmentation.mask)
    scope = scope_of_blood(volume, hematoma.segmentation.mask, head)
    image = ImageFindings(hematoma.ndl, l5_hu, irregular=irregular, out_of_scope=scope.out_of_scope)
    return Assessment(
        volume=volume,
        segmentation=hematoma.segmentation,
        slices=hematoma.slices,
        activation=hematoma.activation,
        volume_ml=volume_ml(hematoma.segmentation.mask, volume.geometry),
        abc2_ml=abc2_ml(hematoma.segmentation.mask, volume.geometry),
        ndl=hematoma.ndl,
        l5_hu=l5_hu,
        clinical=clinical,
        risk=estimate(image, clinical, model.risk),
        findings=(
            *findings,
            *_none_found(hematoma, findings),
            *denied_findings(hematoma.denied_ml),
            *scope.findings,
            *unusual_l5(l5_hu),
            *implausible(clinical),
        ),
        model=model.identity,
        input_sha256=input_sha256(volume),
        timings_s=stages.seconds(),
        irregular=irregular,
        out_of_scope=scope.out_of_scope,
    )


def input_of(source: Path, asked: Asked = NOTHING_ASKED) -> str:
    """What ``assess`` would give as ``input_sha256``, by reading alone.

    Raises
    ------
    StudyUnusableError
        There is no head CT, or a choice that ``asked`` does not make.
    """
    with study_folder(source) as folder:
        return input_sha256(read_volume(as_asked(find_series(folder), asked)))


def reassess(assessment: Assessment, mask: BoolArray, model: Model) -> Assessment:
    """The study with its hematoma as a reader outlined it: measured and scored anew.

    mask: bool (slices, rows, columns) on the scanner's grid.  Probabilities that a slice holds
    hematoma stay those of the classifier.
    """
    volume = assessment.volume
    stages = Stages(silent, STAGES)
    stages.begin("Preparing slices")
    prepared = prepare(volume, model.card.input)
    outlined = prepare_mask(mask, prepared)
    positive = np.asarray(outlined.any(axis=(1, 2)))
    stages.begin("Segmenting the hematoma")
    segmented = model.engine.segment(prepared.images, positive, prepared.field_mm)
    segmented = segmented.outlined(outlined[positive])
    hematoma = _scored(
        Segmentation(mask, volume.geometry, edited_by_reader=True),
        HematomaSlabs(prepared, segmented),
        np.array([result.p_hematoma for result in assessment.slices]),
        model,
        stages,
    )
    l5_hu = _l5_hu(volume, mask)
    scope = scope_of_blood(volume, mask, coarse_head(volume))
    image = replace(
        assessment.image, ndl=hematoma.ndl, l5_hu=l5_hu, out_of_scope=scope.out_of_scope
    )
    of_outline = {Finding.NO_HEMATOMA.code, UNUSUAL_L5, *OF_OUTLINE}
    kept = tuple(finding for finding in assessment.findings if finding.code not in of_outline)
    return replace(
        assessment,
        segmentation=hematoma.segmentation,
        slices=hematoma.slices,
        activation=hematoma.activation,
        volume_ml=volume_ml(mask, volume.geometry),
        abc2_ml=abc2_ml(mask, volume.geometry),
        ndl=hematoma.ndl,
        l5_hu=l5_hu,
        risk=estimate(image, assessment.clinical, model.risk, assessment.risk.base_rate),
        findings=(*kept, *_none_found(hematoma, kept), *scope.findings, *unusual_l5(l5_hu)),
        out_of_scope=scope.out_of_scope,
    )


def _none_found(
    hematoma: "Hematoma", findings: Sequence[QualityFinding]
) -> tuple[QualityFinding, ...]:
    return () if hematoma.segmentation.mask.any() else (no_hematoma(findings),)


def _l5_hu(volume: Volume, mask: BoolArray) -> float | None:
    filtered = filter_hematoma(volume.hu, mask, volume.geometry)
    return None if filtered is None else filtered.l5_hu


@dataclass(frozen=True, slots=True, eq=False)
class Hematoma:
    """What the networks make of a volume; ``activation`` is float16 on the scanner's grid.

    ``unlikeness`` is that of ``core.models.likeness``; None where the model has none, or where the
    slices were not looked at anew.  ``denied_ml`` is outlined where the classifier sees nothing.
    """

    segmentation: Segmentation
    slices: tuple[SliceResult, ...]
    activation: NDArray[np.float16]
    ndl: float | None
    unlikeness: float | None = None
    denied_ml: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class HematomaSlabs:
    """Slabs on the network grid, and those of them that are segmented."""

    prepared: PreparedSlices
    segmented: Segmented

    def on_scanner_grid(self, maps: NDArray[np.float32], geometry: Geometry) -> NDArray[np.float16]:
        """Maps of the segmented slabs as the scanner's (slices, rows, columns), 0 elsewhere."""
        return self.per_slice(self._on_pixels(maps, geometry).astype(np.float16))

    def mask_on_scanner_grid(self, threshold: float, geometry: Geometry) -> BoolArray:
        """Where the segmented slabs are as probably hematoma as ``threshold``.

        A slab that nowhere reaches it on its own pixels does not between them either.
        """
        reaching = self.segmented.mask_logits.max(axis=(1, 2)) >= logit(threshold)
        kept = replace(self, segmented=self.segmented.of(reaching))
        return kept.per_slice(kept._on_pixels(kept.segmented.p_mask, geometry) >= threshold)

    def per_slice(self, values: NDArray[Scalar]) -> NDArray[Scalar]:
        """Values of the segmented slabs for each of the scanner's slices, 0 elsewhere."""
        spread = np.zeros((len(self.prepared.images), *values.shape[1:]), values.dtype)
        spread[self.segmented.slabs] = values
        return spread[self.prepared.slab_of_slice]

    def holding(self, mask: BoolArray) -> "HematomaSlabs":
        """Those in which a mask on the scanner's grid has voxels."""
        held = self.prepared.slab_of_slice[mask.any(axis=(1, 2))]
        kept = np.isin(self.segmented.slabs, held)
        return replace(self, segmented=self.segmented.of(kept))

    def _on_pixels(self, maps: NDArray[np.float32], geometry: Geometry) -> NDArray[np.float32]:
        return restore(maps, self.prepared, (geometry.rows, geometry.columns))


def find_hematoma(volume: Volume, model: Model, stages: Stages) -> Hematoma:
    """The paper's chain (Fig. 2): classify slices, segment those with hematoma, score expansion.

    Where the model's card says so, all slices are segmented, and what is outlined in slices without
    hematoma counts too if it is large enough.
    """
    thresholds, engine = model.card.thresholds, model.engine
    stages.begin("Preparing slices")
    prepared = prepare(volume, model.card.input)
    stages.begin("Finding hematoma slices")
    looked = engine.look(shrunk(prepared.images, model.card.input.classifier_px))
    likely = looked.p_hematoma >= thresholds.slice
    stages.begin("Segmenting the hematoma")
    wanted = likely if thresholds.alone_ml is None else np.ones_like(likely)
    slabs = HematomaSlabs(prepared, engine.segment(prepared.images, wanted, prepared.field_mm))
    mask = slabs.mask_on_scanner_grid(thresholds.mask, volume.geometry)
    denied_ml = 0.0
    if thresholds.alone_ml is not None:
        mask, denied_ml = counted_parts(
            mask, likely[prepared.slab_of_slice], volume.geometry, alone_ml=thresholds.alone_ml
        )
    scored = _scored(
        Segmentation(mask, volume.geometry),
        slabs.holding(mask),
        looked.p_hematoma[prepared.slab_of_slice],
        model,
        stages,
    )
    likeness = model.likeness
    unlikeness = None if likeness is None else likeness.unlikeness(looked.features)
    return replace(scored, unlikeness=unlikeness, denied_ml=denied_ml)


def _scored(
    segmentation: Segmentation,
    slabs: HematomaSlabs,
    p_hematoma: FloatArray,
    model: Model,
    stages: Stages,
) -> Hematoma:
    """The hematoma with its DL score per slice, Grad-CAM and nDL; ``p_hematoma`` is (slices,)."""
    from core.explain.gradcam import activation_maps  # noqa: PLC0415  see core.ahead

    mask, geometry = segmentation.mask, segmentation.geometry
    stages.begin("Scoring expansion")
    scores = slabs.per_slice(model.engine.expansion(slabs.segmented))
    stages.begin("Explaining the score")
    maps = activation_maps(model.engine, slabs.segmented)
    per_slice = _slice_results(mask, geometry, p_hematoma, scores)
    dl = model.card.ndl.dl(scores, slice_volumes_ml(mask, geometry))
    return Hematoma(
        segmentation=segmentation,
        slices=per_slice,
        activation=slabs.on_scanner_grid(maps, geometry),
        ndl=None if dl is None else model.card.ndl.ndl(dl),
    )


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
