import json

import numpy as np
import pytest

from core.errors import ModelInvalidError
from core.risk.published import LEE_2024
from core.risk.risk_json import read_risk_models, write_risk_models

NAMES = (
    "image",
    "clinical",
    "integrated",
    "clinical_without_fibrinogen",
    "integrated_without_fibrinogen",
)


@pytest.fixture
def risk_json(tmp_path):
    path = tmp_path / "risk.json"
    write_risk_models(LEE_2024, path)
    return path


def test_models_come_back_to_the_last_bit(risk_json):
    models = read_risk_models(risk_json)
    for name in NAMES:
        before, after = getattr(LEE_2024, name), getattr(models, name)
        np.testing.assert_array_equal(before.covariance, after.covariance)
        for field in (
            "kind",
            "intercept",
            "terms",
            "base_rate",
            "source",
            "n_patients",
            "n_events",
        ):
            assert getattr(before, field) == getattr(after, field)


def test_models_without_variants_come_back(risk_json):
    document = json.loads(risk_json.read_text(encoding="utf-8"))
    document["clinical_without_fibrinogen"] = None
    risk_json.write_text(json.dumps(document), encoding="utf-8")
    assert read_risk_models(risk_json).clinical_without_fibrinogen is None


DELETE = object()


@pytest.mark.parametrize(
    ("at", "value", "field"),
    [
        (["schema"], "hescope-risk/9", "risk.json.schema"),
        (["image"], DELETE, "risk.json.image"),
        (["image"], [], "risk.json.image"),
        (["image"], None, "risk.json.image"),
        (["extra"], 1, "risk.json.extra"),
        (["image", "kind"], "clinical", "image.kind is clinical"),
        (["image", "intercept"], "-1", "image.intercept"),
        (["image", "intercept"], True, "image.intercept"),
        (["image", "intercept"], float("nan"), "image.intercept"),
        (["clinical", "base_rate"], 20, "clinical.base_rate"),
        (["clinical", "source"], "", "clinical.source"),
        (["clinical", "n_patients"], 1.5, "clinical.n_patients"),
        (["clinical", "terms"], [], "clinical.terms"),
        (
            ["clinical", "terms", 0, "variable"],
            "agee",
            'clinical.terms[0] cannot be used: Value error, "agee"',
        ),
        (
            ["clinical", "terms", 1, "level"],
            "grave",
            "clinical.terms[1] cannot be used: Value error, 'grave'",
        ),
        (
            ["clinical", "terms", 0, "level"],
            "mild",
            "clinical.terms[0] cannot be used: Value error, 'mild'",
        ),
        (["clinical", "terms", 2, "level"], "moderate", "terms hold one twice"),
        (["integrated", "terms", 4, "step"], DELETE, "integrated.terms[4].step"),
        (["integrated", "covariance"], [[1.0]], "covariance is not a 6 x 6"),
        (["integrated", "covariance"], [[1.0], [1.0, 2.0]], "covariance is not a 6 x 6"),
        (["integrated", "covariance", 0, 0], -1.0, "covariance is not symmetric"),
        (["integrated", "covariance", 0, 1], 0.5, "covariance is not symmetric"),
        (["integrated", "covariance", 0, 0], "wide", "integrated.covariance[0][0]"),
    ],
)
def test_malformed_field_is_named(risk_json, at, value, field):
    document = json.loads(risk_json.read_text(encoding="utf-8"))
    parent = document
    for step in at[:-1]:
        parent = parent[step]
    if value is DELETE:
        del parent[at[-1]]
    else:
        parent[at[-1]] = value
    risk_json.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ModelInvalidError) as refusal:
        read_risk_models(risk_json)
    assert field in refusal.value.message
    assert refusal.value.exit_code == 5


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "null"])
def test_file_that_is_no_json_object_is_refused(risk_json, content):
    risk_json.write_text(content, encoding="utf-8")
    with pytest.raises(ModelInvalidError, match=r"risk\.json"):
        read_risk_models(risk_json)


def test_absent_file_is_refused_by_its_name_alone(tmp_path):
    with pytest.raises(ModelInvalidError) as refusal:
        read_risk_models(tmp_path / "risk.json")
    assert str(tmp_path) not in str(refusal.value)
