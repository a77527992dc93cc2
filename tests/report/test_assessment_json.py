import json
import math
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator, ValidationError

from core.assets import ASSETS
from core.domain import Assessment, Distance
from core.models.card import ModelCard
from core.report.assessment_json import assessment_json
from core.report.provenance import VERSION
from core.risk.outcome import LIMITS
from core.risk.published import LEE_2024
from core.risk.variables import VARIABLES
from tests.models.make import DISTILLED

SCHEMA = json.loads((ASSETS / "assessment.schema.json").read_text(encoding="utf-8"))


def document(assessment: Assessment, card: ModelCard) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(
        assessment_json(assessment, card=card, risk_models=LEE_2024)
    )
    return written


def validate(written: dict[str, Any]) -> None:
    Draft202012Validator(SCHEMA).validate(written)


def test_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_schema_knows_every_clinical_variable() -> None:
    clinical = SCHEMA["$defs"]["clinical"]
    assert list(clinical["properties"]) == list(VARIABLES)
    assert clinical["required"] == list(VARIABLES)


def test_assessment_fits_the_schema(assessment: Assessment, card: ModelCard) -> None:
    validate(document(assessment, card))


def test_distances_fit_the_schema_with_their_length(
    assessment: Assessment, card: ModelCard
) -> None:
    assert document(assessment, card)["distances"] == []
    measured = replace(assessment, distances=(Distance("coronal", (1, 2, 3), (4, 2, 7)),))
    written = document(measured, card)
    validate(written)
    assert written["distances"] == [
        {"plane": "coronal", "from_mm": [1, 2, 3], "to_mm": [4, 2, 7], "length_mm": 5.0}
    ]


def test_assessment_without_hematoma_fits_the_schema(
    without_hematoma: Assessment, card: ModelCard
) -> None:
    validate(document(without_hematoma, card))


def test_unknown_field_does_not_fit_the_schema(assessment: Assessment, card: ModelCard) -> None:
    with pytest.raises(ValidationError, match="patient_name"):
        validate(document(assessment, card) | {"patient_name": "DOE^JANE"})


def test_null_probability_without_a_reason_does_not_fit_the_schema(
    without_hematoma: Assessment, card: ModelCard
) -> None:
    written = document(without_hematoma, card)
    written["probabilities"]["image"]["reason"] = None
    with pytest.raises(ValidationError):
        validate(written)


def test_results_are_those_of_the_assessment(assessment: Assessment, card: ModelCard) -> None:
    written = document(assessment, card)
    assert (written["volume_ml"], written["abc2_ml"], written["ndl"]) == (0.04, 0.05, 20.0)
    assert (written["l5_hu"], written["irregular"]) == (-18.3, None)
    assert written["slices"][1] == {
        "index": 1,
        "z_mm": 25.0,
        "p_hematoma": 0.75,
        "area_mm2": 8.0,
        "dl_score": 0.5,
    }
    assert written["slices"][0]["dl_score"] is None
    assert written["model"] == {
        "name": "by-hand",
        "version": "1.2.3",
        "sha256": "0" * 64,
        "engine": "PyTorch float32",
    }
    assert written["clinical"]["gcs"] == 10
    assert written["clinical"]["inr"] is None
    assert written["edited_by_reader"] is False
    for estimate in assessment.risk.all_estimates:
        assert written["probabilities"][estimate.kind]["p"] == estimate.p


def test_contributions_add_up_to_the_probability(assessment: Assessment, card: ModelCard) -> None:
    for estimate in document(assessment, card)["probabilities"].values():
        shares = [share["log_odds"] for share in estimate["contributions"]]
        log_odds = estimate["intercept"] + math.fsum(shares)
        # the contract of the contributions: 1e-6
        assert estimate["p"] == pytest.approx(1 / (1 + math.exp(-log_odds)), abs=1e-6)


def test_outcome_based_risk_says_by_which_equation_and_how_good_it_was(
    assessment: Assessment, card: ModelCard
) -> None:
    read = replace(assessment, irregular=False)
    outcome = document(read, card)["probabilities"]["outcome"]
    assert outcome["equation"] == "G without time"
    assert (outcome["held_out_auc"], outcome["held_out_auc_ci95"]) == (0.83, [0.78, 0.88])
    assert outcome["limits"] == LIMITS


def test_odds_ratios_are_those_of_the_paper(assessment: Assessment, card: ModelCard) -> None:
    image = document(assessment, card)["probabilities"]["image"]["odds_ratios"]
    assert [(ratio["term"], ratio["contrast"]) for ratio in image] == [("ndl", "+10")]
    # Lee 2024 prints 1.12 per unit of nDL; ten units are its tenth power; printed to 0.01
    assert image[0]["value"] ** 0.1 == pytest.approx(1.12, abs=0.005)


def test_unknown_fibrinogen_is_answered_by_the_model_without_it(
    assessment: Assessment, card: ModelCard
) -> None:
    unknown = replace(assessment, clinical=replace(assessment.clinical, fibrinogen_mg_dl=None))
    odds_ratios = document(unknown, card)["probabilities"]["integrated"]["odds_ratios"]
    terms = [ratio["term"] for ratio in odds_ratios]
    assert terms == ["age_years", "gcs_moderate", "gcs_severe", "ndl"]


def test_probability_that_cannot_be_computed_is_null_with_its_reason(
    without_hematoma: Assessment, card: ModelCard
) -> None:
    image = document(without_hematoma, card)["probabilities"]["image"]
    assert (image["p"], image["ci95"], image["contributions"]) == (None, None, [])
    assert "Image score (nDL)" in image["reason"]


def test_uneven_steps_are_said_to_be_evened_in_nifti(
    assessment: Assessment, card: ModelCard
) -> None:
    geometry = assessment.volume.geometry
    moved = geometry.positions_mm + np.array([[0, 0, 0], [0, 0, 1.5], [0, 0, 0]])
    uneven = replace(assessment.volume, geometry=replace(geometry, positions_mm=moved))
    findings = document(replace(assessment, volume=uneven), card)["findings"]
    assert [finding["code"] for finding in findings] == [
        "gantry-tilt",
        "nifti-even-grid",
        "no-dicom-objects",
    ]
    assert "even grid of 3.5 mm" in findings[1]["message"]


def test_every_result_says_research_use_and_what_the_score_learned(
    assessment: Assessment, card: ModelCard
) -> None:
    written = document(assessment, card)
    assert "Research use only" in written["research_use"]
    assert written["image_score"]["labels"] == DISTILLED


def test_version_is_that_of_the_project(assessment: Assessment, card: ModelCard) -> None:
    project = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text())
    assert document(assessment, card)["hescope_version"] == project["project"]["version"] == VERSION
