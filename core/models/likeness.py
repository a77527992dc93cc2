"""How like the slices of its training a study looks to the classifier, by its last features.

Two measures of each slab, after a principal component analysis of the training slabs' features: the
Mahalanobis distance to their mean within the first components, and the norm of what these leave
out.  A study has the medians over its slabs, each over the 99th percentile of training patients
whom the analysis had not seen: 1 is as unusual as one in a hundred of them.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from core.errors import ModelInvalidError

LIKENESS = "likeness.safetensors"
"""Of a model folder, where it was released with one."""

Features = NDArray[np.float32]
"""(slabs, F)."""


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """Mean (F,), components (K, F) and their deviations (K,) of the training slabs' features.

    ``limits`` (2,) are the distance and the residual norm that make 1.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    deviations: NDArray[np.float32]
    limits: NDArray[np.float32]

    def unlikeness(self, features: Features) -> float:
        """How unlike training slabs those of a study are; the larger of the two measures."""
        return float((self.measures(features) / self.limits).max())

    def measures(self, features: Features) -> NDArray[np.float32]:
        """Medians of distance and residual norm, (2,)."""
        centered = features - self.mean
        scores = centered @ self.components.T  # (slabs, K)
        distances = np.linalg.norm(scores / self.deviations, axis=1)
        residuals = np.linalg.norm(centered - scores @ self.components, axis=1)
        return np.array([np.median(distances), np.median(residuals)], np.float32)


def write_likeness(likeness: Likeness, path: Path) -> None:
    """Write a likeness as safetensors."""
    save_file(asdict(likeness), path)


def read_likeness(path: Path) -> Likeness:
    """Likeness of a model folder.

    Raises
    ------
    ModelInvalidError
        The file does not hold one.
    """
    try:
        return Likeness(**load_file(path))
    except (OSError, SafetensorError, TypeError) as error:
        raise ModelInvalidError(
            f"{path.name} does not hold the statistics of training slices.",
            "Copy the model folder again from its release.",
        ) from error
