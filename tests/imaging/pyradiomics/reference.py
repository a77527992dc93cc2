"""L5 by PyRadiomics, and ``reference.json``: its values of the phantoms, which this writes.

``pip install pyradiomics-bhklab==3.1.4`` (Python 3.11; brings SimpleITK, which is large, so it is
no dependency of the tests), then ``python -m tests.imaging.pyradiomics.reference``.
"""

import json
import logging
from pathlib import Path

import numpy as np
import SimpleITK
from numpy.typing import NDArray
from radiomics.featureextractor import RadiomicsFeatureExtractor

from core.domain import BoolArray, Geometry
from tests.imaging.pyradiomics.phantoms import NAMES, simulate

FEATURE = "log-sigma-5-0-mm-3D_firstorder_10Percentile"


def l5_hu(
    hu: NDArray[np.int16], mask: BoolArray, geometry: Geometry, resampled_mm: float | None
) -> float:
    """The feature, on the grid of the scanner or resampled to cubes; pixels are as they are."""
    extractor = RadiomicsFeatureExtractor(
        resampledPixelSpacing=None if resampled_mm is None else [resampled_mm] * 3,
        padDistance=20,
    )
    extractor.disableAllImageTypes()
    extractor.enableImageTypeByName("LoG", customArgs={"sigma": [5.0]})
    extractor.disableAllFeatures()
    extractor.enableFeaturesByName(firstorder=["10Percentile"])
    image = _image(hu.astype(np.float32), geometry)
    return float(extractor.execute(image, _image(mask.astype(np.uint8), geometry))[FEATURE])


def _image(array: NDArray[np.generic], geometry: Geometry) -> SimpleITK.Image:
    image = SimpleITK.GetImageFromArray(array)
    between_rows_mm, between_columns_mm = geometry.pixel_spacing_mm
    between_slices_mm = float(np.diff(geometry.offsets_mm).mean())
    image.SetSpacing([between_columns_mm, between_rows_mm, between_slices_mm])
    return image


def main() -> None:
    logging.getLogger("radiomics").setLevel(logging.ERROR)
    found = {}
    for name in NAMES:
        phantom = simulate(name)
        found[name] = {
            "voxels": int(phantom.hematoma.sum()),
            "scanner_grid": l5_hu(phantom.hu, phantom.hematoma, phantom.geometry, None),
            "one_mm": l5_hu(phantom.hu, phantom.hematoma, phantom.geometry, 1.0),
        }
    path = Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
