from pathlib import Path

import numpy as np
import pytest

from core.errors import UsageError
from core.models.folder import load_model
from core.models.runtime import Runtime
from core.training.data import Cohort
from core.training.inserted import (
    InsertedReading,
    LesionReading,
    LookalikeReading,
    inserted_summary,
    read_inserted,
    unseen,
)

READINGS = (
    InsertedReading(
        "0001",
        (
            LesionReading("lobar", 6.0, 62.0, outlined_share=0.9, dice=0.9),
            LesionReading("cerebellar", 2.0, 50.0, outlined_share=0.05, dice=0.1),
        ),
        (LookalikeReading("pineal", 0.0), LookalikeReading("falx", 0.3)),
    ),
    InsertedReading(
        "0002",
        (LesionReading("lobar", 0.6, 48.0, outlined_share=0.5, dice=0.6),),
        (LookalikeReading("falx", 0.05), LookalikeReading("motion", 0.0)),
    ),
)


def test_sensitivity_counts_lesions_of_which_a_tenth_is_outlined() -> None:
    found = inserted_summary(READINGS)
    assert found["brains"] == 2
    assert found["all"]["sensitivity"] == pytest.approx(2 / 3)
    assert found["site"]["lobar"]["sensitivity"] == 1.0
    assert found["site"]["cerebellar"]["sensitivity"] == 0.0
    assert found["density"]["below 55 HU"]["n"] == 2


def test_dice_is_of_lesions_of_a_millilitre_or_more() -> None:
    found = inserted_summary(READINGS)
    assert found["all"]["from_1_ml"]["n"] == 2
    assert found["all"]["from_1_ml"]["dice"] == pytest.approx(0.5)  # (0.9 + 0.1) / 2
    assert found["size"]["below 1 mL"]["from_1_ml"] is None
    assert found["size"]["5 mL or more"]["from_1_ml"]["dice"] == 0.9


def test_lookalike_is_mistaken_from_a_tenth_of_a_millilitre() -> None:
    lookalikes = inserted_summary(READINGS)["lookalikes"]
    assert lookalikes["all"]["false_hematoma"] == 0.25
    assert lookalikes["falx"]["false_hematoma"] == 0.5
    assert lookalikes["pineal"]["false_hematoma"] == 0.0


def test_sites_unseen_in_training_are_told_apart() -> None:
    assert inserted_summary(READINGS)["unseen_sites"] is None
    marked = inserted_summary(unseen(READINGS, ["cerebellar"]))
    assert marked["unseen_sites"]["n"] == 1
    assert marked["unseen_sites"]["sensitivity"] == 0.0


def test_untrained_networks_are_read_on_every_inserted_hematoma(
    phantoms: Cohort, untrained_model: Path
) -> None:
    model = load_model(untrained_model, Runtime("cpu", bfloat16=False))
    readings = read_inserted(phantoms, phantoms.names, model)
    assert [reading.patient for reading in readings] == ["0000", "0001", "0002"]
    for reading in readings:
        assert reading.hematomas
        assert reading.lookalikes
        for lesion in reading.hematomas:
            assert lesion.volume_ml > 0.2
            assert 0 <= lesion.dice <= 1
            assert np.isfinite(lesion.mean_hu)


def test_heads_that_can_give_no_hematoma_are_refused(cohort: Cohort, untrained_model: Path) -> None:
    model = load_model(untrained_model, Runtime("cpu", bfloat16=False))
    with pytest.raises(UsageError, match="None of 6 patients"):
        read_inserted(cohort, cohort.names, model)
