"""What training slices look like to a trained classifier."""

from collections.abc import Sequence

import numpy as np
from sklearn.utils.extmath import randomized_svd

from core.errors import UsageError
from core.models.engine import Engine
from core.models.likeness import Features, Likeness
from core.models.preprocessing import InputSpec, prepare, shrunk
from core.progress import Progress
from core.training.data import Cohort, read_labelled_study

_COMPONENTS = 32
_FOLDS = 5
_PERCENTILE = 99.0


def training_likeness(
    engine: Engine,
    spec: InputSpec,
    cohort: Cohort,
    patients: Sequence[str],
    progress: Progress,
) -> Likeness:
    """Likeness to the slices of patients, seen as ``assess`` sees them.

    Raises
    ------
    UsageError
        There are fewer than two patients, or a file of theirs is absent.
    """
    features = []
    for done, patient in enumerate(patients):
        progress("Looking at training slices", done / len(patients))
        prepared = prepare(read_labelled_study(cohort, patient).volume, spec)
        looked = engine.look(shrunk(prepared.images, spec.classifier_px))
        features.append(looked.features)
    return learn_likeness(features)


def learn_likeness(patients: Sequence[Features]) -> Likeness:
    """Likeness to the slabs of training patients, each with the features of its slabs.

    Raises
    ------
    UsageError
        There are fewer than two patients.
    """
    folds = min(_FOLDS, len(patients))
    if folds < 2:
        raise UsageError(
            f"Found {len(patients)} patient(s) to learn the likeness of studies from, expected at "
            "least 2.",
            "Name a data folder with more training patients.",
        )
    unseen = []
    for fold in range(folds):
        others = [own for place, own in enumerate(patients) if place % folds != fold]
        learned = _analysed(np.concatenate(others))
        unseen += [learned.measures(own) for own in patients[fold::folds]]
    limits = np.percentile(unseen, _PERCENTILE, axis=0).astype(np.float32)
    learned = _analysed(np.concatenate(patients))
    return Likeness(learned.mean, learned.components, learned.deviations, limits)


def _analysed(features: Features) -> Likeness:
    mean = features.mean(axis=0)
    count = max(1, min(_COMPONENTS, len(features) // 2))
    _, singular, components = randomized_svd(features - mean, count, random_state=0)
    deviations = singular / np.sqrt(len(features) - 1)
    # Contiguous, for safetensors writes an array's memory as it lies.
    kept = np.ascontiguousarray(components, np.float32)
    return Likeness(mean, kept, deviations.astype(np.float32), np.ones(2, np.float32))
