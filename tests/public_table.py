"""The public table of real outcomes: Yu 2024, doi 10.1007/s00330-024-10921-2, 871 patients."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.risk.l5 import L5_MEAN_HU, L5_SD_HU


def read_public_table(shared_data: Path) -> pd.DataFrame:
    """Columns as in a cohort frame, and the terms of equations A to G; ``split`` is 1, 2 or 3.

    L5 stands in the table standardised (``z``); its Hounsfield units are those that the app's map
    gives back.
    """
    raw = pd.read_csv(shared_data / "he_table" / "yufei891019.csv", encoding="utf-8-sig")
    z = raw["log.sigma.5.0.mm.3D_firstorder_10Percentile"]
    return pd.DataFrame(
        {
            "expanded": raw["HE"],
            "split": raw["train_validation-test"],
            "volume_ml": raw["Volume"],
            "irregular": raw["Irregular"],
            "blend": raw["BlendSign"],
            "onset_to_ct_h": raw["Time"],
            "gcs": raw["GCS"].clip(
                lower=3
            ),  # a sum of 1 or 2 is no GCS; the fits took it as severe
            "l5_hu": L5_MEAN_HU + L5_SD_HU * z,
            "z": z,
            "log1p_volume": np.log1p(raw["Volume"]),
            "log1p_time": np.log1p(raw["Time"]),
            "gcs_moderate": raw["GCS"].between(9, 12).astype(float),
            "gcs_severe": (raw["GCS"] <= 8).astype(float),
        }
    )
