"""What the whole chain says of labelled patients, and how right it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from core.domain import BoolArray, FloatArray
from core.errors import UsageError
from core.imaging.measures import slice_volumes_ml
from core.models.folder import Model
from core.pipeline import STAGES, find_hematoma
from core.progress import Progress, Stages, silent
from core.risk.ndl import NdlMap, SummedNdlMap
from core.stats.bootstrap import bootstrap_interval
from core.stats.roc import roc_auc, roc_points, sensitivity_specificity
from core.training.data import Cohort, LabelledStudy, read_labelled_study

_SEED = 0  # of the bootstrap: the same readings give the same intervals


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One patient's slices, (slices,) each: truth, probability, overlap, volumes and DL scores."""

    patient: str
    has_hematoma: BoolArray
    mask_usable: BoolArray
    p_hematoma: FloatArray
    overlap_ml: FloatArray
    predicted_ml: FloatArray
    truth_ml: FloatArray
    scores: FloatArray
    expansion_label: float

    def dl(self, ndl: type[NdlMap] | NdlMap | SummedNdlMap) -> float:
        """DL score of the patient as the map of a model has it; NaN where nothing was found."""
        score = ndl.dl(self.scores, self.predicted_ml)
        return float("nan") if score is None else score

    @property
    def dice(self) -> float:
        """Dice by volume over the slices whose mask is usable; NaN where none holds hematoma."""
        usable = self.mask_usable
        truth = self.truth_ml[usable].sum()
        if not truth:
            return float("nan")
        return float(2 * self.overlap_ml[usable].sum() / (self.predicted_ml[usable].sum() + truth))

    @property
    def volume_error_ml(self) -> float:
        """Predicted minus true volume over the slices whose mask is usable, mL."""
        return float((self.predicted_ml - self.truth_ml)[self.mask_usable].sum())


def read_patients(
    cohort: Cohort, patients: Sequence[str], model: Model, progress: Progress = silent
) -> tuple[Reading, ...]:
    """Readings of patients by a model."""
    readings = []
    for done, patient in enumerate(patients):
        progress("Reading patients", done / len(patients))
        readings.append(_read(read_labelled_study(cohort, patient), model))
    return tuple(readings)


def summary(
    readings: Sequence[Reading], slice_threshold: float, ndl: NdlMap | SummedNdlMap
) -> dict[str, Any]:
    """Accuracy over patients, with 95 % intervals by bootstrap over patients.

    What cannot be known of these patients is None: an AUC where all slices hold hematoma, say.

    Raises
    ------
    UsageError
        No patient has a mask to compare with.
    """
    segmented = [reading for reading in readings if np.isfinite(reading.dice)]
    if not segmented:
        raise UsageError(
            f"None of {len(readings)} patients has a hematoma mask to compare with.",
            "Name a split, or a data folder, with patients whose masks are usable.",
        )
    return {
        "patients": len(readings),
        "slice": _detection(readings, slice_threshold),
        "dice": _overlap(segmented),
        "volume_bias_ml": float(np.mean([reading.volume_error_ml for reading in segmented])),
        "expansion": _expansion(readings, ndl),
    }


def plotted(readings: Sequence[Reading]) -> dict[str, Any]:
    """What pictures of the same accuracy need: a ROC curve, and each patient's volumes and Dice.

    ``roc`` holds the corners of the curve of slices, (1 - specificity, sensitivity); ``outlines``
    a row a patient who has a mask, smallest hematoma first: no name goes with it.
    """
    labels = np.concatenate([reading.has_hematoma for reading in readings])
    p = np.concatenate([reading.p_hematoma for reading in readings])
    both = labels.any() and not labels.all()
    corners = roc_points(labels, p) if both else np.empty((2, 0))
    outlines = []
    for reading in readings:
        usable = reading.mask_usable
        if np.isfinite(reading.dice):
            outlines.append(
                {
                    "truth_ml": round(float(reading.truth_ml[usable].sum()), 2),
                    "predicted_ml": round(float(reading.predicted_ml[usable].sum()), 2),
                    "dice": round(reading.dice, 3),
                }
            )
    return {
        "roc": corners.round(4).T.tolist(),
        "outlines": sorted(outlines, key=itemgetter("truth_ml")),
    }


def _detection(readings: Sequence[Reading], slice_threshold: float) -> dict[str, Any]:
    """How well the classifier tells slices with hematoma; ``outlined``: how well the chain does.

    To the chain a slice has hematoma where some is outlined in it; in its ROC curve these come
    first, each by its probability.
    """
    labels = np.concatenate([reading.has_hematoma for reading in readings])
    p = np.concatenate([reading.p_hematoma for reading in readings])
    patient_of_slice = np.repeat(np.arange(len(readings)), [len(r.p_hematoma) for r in readings])
    accuracy = sensitivity_specificity(labels, p, slice_threshold)
    outlined = np.concatenate([reading.predicted_ml > 0 for reading in readings])
    by_chain = sensitivity_specificity(labels, outlined, True)
    return {
        "auc": _known(roc_auc(labels, p)),
        "auc_ci95": bootstrap_interval(
            patient_of_slice, lambda rows: roc_auc(labels[rows], p[rows]), seed=_SEED
        ),
        "sensitivity": _known(accuracy.sensitivity),
        "specificity": _known(accuracy.specificity),
        "threshold": slice_threshold,
        "outlined": {
            "auc": _known(roc_auc(labels, p + outlined)),
            "sensitivity": _known(by_chain.sensitivity),
            "specificity": _known(by_chain.specificity),
        },
    }


def _overlap(readings: Sequence[Reading]) -> dict[str, Any]:
    """Dice a patient, of patients who have a mask."""
    dice = np.array([reading.dice for reading in readings])
    return {
        "mean": float(dice.mean()),
        "mean_ci95": bootstrap_interval(
            np.arange(len(dice)), lambda rows: float(dice[rows].mean()), seed=_SEED
        ),
        "median": float(np.median(dice)),
        "worst": float(dice.min()),
        "pooled": _pooled_dice(readings),
        "patients": len(dice),
    }


def _expansion(readings: Sequence[Reading], ndl: NdlMap | SummedNdlMap) -> dict[str, Any]:
    """How well DL scores follow the labels of expansion."""
    dl = np.array([reading.dl(ndl) for reading in readings])
    labels = np.array([reading.expansion_label for reading in readings])
    known = np.isfinite(dl) & np.isfinite(labels)
    dl, labels = dl[known], labels[known]
    return {
        "rank_correlation": _known(_rank_correlation(dl, labels)),
        "rank_correlation_ci95": bootstrap_interval(
            np.arange(len(dl)), lambda rows: _rank_correlation(dl[rows], labels[rows]), seed=_SEED
        ),
    }


def _read(study: LabelledStudy, model: Model) -> Reading:
    geometry = study.volume.geometry
    hematoma = find_hematoma(study.volume, model, Stages(silent, STAGES))
    predicted = hematoma.segmentation.mask
    return Reading(
        patient=study.patient,
        has_hematoma=study.has_hematoma,
        mask_usable=study.mask_usable,
        p_hematoma=np.array([s.p_hematoma for s in hematoma.slices]),
        overlap_ml=slice_volumes_ml(predicted & study.mask, geometry),
        predicted_ml=slice_volumes_ml(predicted, geometry),
        truth_ml=slice_volumes_ml(study.mask, geometry),
        scores=np.array([s.dl_score or 0.0 for s in hematoma.slices]),
        expansion_label=study.expansion.patient,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _pooled_dice(readings: Sequence[Reading]) -> float:
    overlap, total = 0.0, 0.0
    for reading in readings:
        usable = reading.mask_usable
        overlap += float(reading.overlap_ml[usable].sum())
        total += float((reading.predicted_ml + reading.truth_ml)[usable].sum())
    return 2 * overlap / total


def _rank_correlation(a: FloatArray, b: FloatArray) -> float:
    """Spearman's; nan, which is undefined, if all values of one are the same."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(spearmanr(a, b).statistic)
