"""Studies as other scanners and larger or smaller heads would show them, with labels to match.

Brightness and noise hardly move L5 (a Laplacian drops what is constant and smooths what is fine):
the batches vary them and leave the label alone.  Size and gain do move it: they are drawn here, and
the label is computed anew from what the view shows.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.imaging.head import head_box
from core.models.preprocessing import REACH, InputSpec
from core.training.data import (
    Cohort,
    LabelledStudy,
    TrainingStudy,
    on_network_grid,
    read_labelled_study,
)
from core.training.labels import distilled_labels

_ZOOM, _GAIN = 0.1, 0.04  # SDs on the log scale
_AT_MOST = 2.0  # SDs


def views_of(
    cohort: Cohort, patient: str, spec: InputSpec, views: int, seed: int
) -> Iterator[TrainingStudy]:
    """Views of a patient around the hematoma, on the network grid; the first is the study itself.

    Where the table names outcomes, these are the labels of every view.
    """
    study = read_labelled_study(cohort, patient)
    held = np.flatnonzero(study.mask.any(axis=(1, 2)))
    if not len(held):
        return
    head = head_box(study.volume.hu)
    near = max(held[0] - REACH, 0), held[-1] + REACH
    random = np.random.default_rng((seed, cohort.names.index(patient)))
    drawn = random.standard_normal((views - 1, 2)).clip(-_AT_MOST, _AT_MOST)
    yield on_network_grid(study.between(*near), spec, head)
    for zoom, gain in np.exp(drawn * (_ZOOM, _GAIN)):
        view = _view(study, zoom, gain).between(*near)
        yield on_network_grid(view, spec, head)


def _view(study: LabelledStudy, zoom: float, gain: float) -> LabelledStudy:
    """The study with all densities times ``gain``, as if larger by ``zoom``, labelled anew."""
    geometry = study.volume.geometry
    row_mm, column_mm = geometry.pixel_spacing_mm
    hu = np.rint(study.volume.hu * gain).astype(np.int16)
    geometry = replace(geometry, pixel_spacing_mm=(row_mm * zoom, column_mm * zoom))
    return replace(
        study,
        volume=replace(study.volume, hu=hu, geometry=geometry),
        expansion=distilled_labels(hu, study.mask, geometry)
        if study.distilled
        else study.expansion,
    )
