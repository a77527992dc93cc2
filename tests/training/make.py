"""A small folder of labelled studies, for tests that train or evaluate."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd

from core.dicom import affine_ras
from core.simulate.phantom import PhantomSettings, simulate_head
from tests.dicom.make import axial_geometry, head_hu

SHAPE = (12, 64, 64)


def write_labelled_studies(folder: Path) -> Path:
    """Six small heads with a bright hematoma, the last slice of each excluded."""
    patients, slices = [], []
    random = np.random.default_rng(0)
    for number in range(6):
        name = f"{number:04d}"
        hu = head_hu(SHAPE)
        noisy = (hu + random.normal(0, 3, SHAPE)).round().astype(np.int16)
        hematoma = hu == 65
        affine = affine_ras(axial_geometry(SHAPE))
        for kind, array in (("ct", noisy), ("seg", hematoma.astype(np.uint8))):
            image = nib.Nifti1Image(array.transpose(2, 1, 0), affine)
            nib.save(image, folder / f"{name}_{kind}.nii.gz")
        split = "val" if number >= 4 else "train"
        patients.append({"patient": name, "split": split, "head_width_px": 45 + number})
        slices += [
            {
                "patient": name,
                "slice": k,
                "has_hematoma": int(hematoma[k].any()),
                "exclude": int(k == SHAPE[0] - 1),
            }
            for k in range(SHAPE[0])
        ]
    pd.DataFrame(patients).to_csv(folder / "patients.csv", index=False)
    pd.DataFrame(slices).to_csv(folder / "slices.csv", index=False)
    return folder


def write_phantom_studies(folder: Path) -> Path:
    """Three simulated whole heads, each with a hematoma of the basal ganglia; all are to learn."""
    settings = PhantomSettings(
        matrix=128, n_slices=22, slice_distance_mm=7.0, planes_per_slice=1, lowest_slice_mm=-62.0
    )
    patients, slices = [], []
    for number in range(3):
        name, phantom = f"{number:04d}", simulate_head(settings, seed=number + 1)
        affine = affine_ras(phantom.geometry)
        for kind, array in (("ct", phantom.hu), ("seg", phantom.hematoma.astype(np.uint8))):
            nib.save(
                nib.Nifti1Image(array.transpose(2, 1, 0), affine), folder / f"{name}_{kind}.nii.gz"
            )
        patients.append({"patient": name, "split": "train"})
        slices += [
            {"patient": name, "slice": k, "has_hematoma": int(held), "exclude": 0}
            for k, held in enumerate(phantom.hematoma.any(axis=(1, 2)))
        ]
    pd.DataFrame(patients).to_csv(folder / "patients.csv", index=False)
    pd.DataFrame(slices).to_csv(folder / "slices.csv", index=False)
    return folder
