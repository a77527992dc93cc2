"""The bundled model, as released: what its card promises, and what a user meets first."""

import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from scipy import ndimage

from core.assets import EXAMPLES, bundled_model
from core.cli import main
from core.dicom import find_series, read_volume
from core.domain import ClinicalFindings
from core.imaging.markers import find_markers
from core.models.folder import GOLDEN, Model, load_model
from core.models.golden import TOLERANCE, golden_difference
from core.models.runtime import choose_runtime
from core.pipeline import assess
from core.risk.operating import gain_from_image
from core.training.data import read_cohort, read_labelled_study
from core.training.settings import ABLATIONS
from tests.dicom.make import write_ct_series

MB = 1_000_000


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(bundled_model(), choose_runtime("cpu"))


def assessed(study: Path, out: Path, *arguments: str) -> dict[str, object]:
    assert main(["assess", str(study), *arguments, "--out", str(out)]) == 0
    document: dict[str, object] = json.loads((out / "assessment.json").read_text())
    return document


def test_networks_answer_as_on_the_day_of_release(model: Model) -> None:
    assert golden_difference(model.engine, model.card.input, bundled_model() / GOLDEN) < TOLERANCE


def test_folder_is_small_enough_to_clone(model: Model) -> None:
    sizes = [path.stat().st_size for path in bundled_model().iterdir()]
    assert max(sizes) < 50 * MB
    assert sum(sizes) < 90 * MB


def test_card_gives_cross_validated_accuracy_first_and_meets_the_bars(model: Model) -> None:
    metrics = model.card.metrics
    assert list(metrics) == ["cross_validation", "inserted", "ablations", "validation"]
    unseen, validation = metrics["cross_validation"], metrics["validation"]
    assert unseen["patients"] == 95
    assert unseen["slice"]["auc"] >= 0.995
    assert unseen["dice"]["mean"] >= 0.94
    assert unseen["expansion"]["rank_correlation"] >= 0.90
    assert validation["patients"] == 10
    assert validation["slice"]["auc"] >= 0.995
    assert validation["dice"]["mean"] >= 0.95


@pytest.mark.parametrize(
    ("judged", "part"), [("cross_validation", "unseen_sites"), ("validation", "all")]
)
def test_hematomas_put_into_unseen_brains_are_found(model: Model, judged: str, part: str) -> None:
    inserted = model.card.metrics["inserted"][judged]
    assert inserted[part]["from_1_ml"]["sensitivity"] >= 0.90
    assert inserted[part]["from_1_ml"]["dice"] >= 0.80
    assert inserted["lookalikes"]["all"]["false_hematoma"] <= 0.05


def test_card_says_what_each_idea_behind_the_head_is_worth(model: Model) -> None:
    heads = model.card.metrics["ablations"]
    assert list(heads) == ["expansion", *ABLATIONS]
    assert heads["expansion"]["rank_correlation"] > heads["half-the-steps"]["rank_correlation"]
    assert heads["bottleneck-alone"]["rank_correlation"] < 0.7


def test_card_says_where_the_image_score_comes_from(model: Model) -> None:
    assert "not from follow-up" in model.card.expansion_labels
    assert "shrunk" in model.risk.image.source
    assert model.card.image_score.auc < 0.745  # the paper's, in the terms of the reconstruction


def test_integrated_model_is_expected_to_beat_the_clinical_one(model: Model) -> None:
    gain = gain_from_image(model.risk)
    assert gain is not None
    assert gain >= 0.05


@pytest.mark.parametrize(
    ("name", "at_least", "at_most"),
    [("expander", 0.35, 1), ("non-expander", 0, 0.15), ("swirl-false-positive", 0.35, 1)],
)
def test_example_is_measured_and_scored_as_it_is_presented(
    name: str, at_least: float, at_most: float, tmp_path: Path
) -> None:
    example = EXAMPLES / name
    found = assessed(
        example / "dicom", tmp_path / "out", "--clinical", str(example / "clinical.json")
    )
    truth = json.loads((example / "truth.json").read_text())
    assert found["volume_ml"] == pytest.approx(truth["volume_ml"], rel=0.10)
    assert at_least <= found["probabilities"]["integrated"]["p"] <= at_most


@pytest.mark.parametrize("example", ["expander", "non-expander", "swirl-false-positive"])
def test_activation_lies_in_the_hematoma_that_is_scored(model: Model, example: str) -> None:
    found = assess(EXAMPLES / example / "dicom", ClinicalFindings(), model)
    activation = found.activation.astype(np.float64)
    assert activation.max() > 0.9
    inside = ndimage.binary_dilation(found.segmentation.mask, iterations=10)  # a cell of the head
    assert activation[inside].sum() >= 0.9 * activation.sum()
    against = [one.index for one in found.slices if (one.dl_score or 0.0) < 0.1]
    assert activation[against].max(initial=0.0) < 0.05  # what speaks against expansion stays dark


def test_swirl_of_its_example_is_a_candidate_marker(model: Model) -> None:
    examples = {}
    for name in ("swirl-false-positive", "non-expander"):
        study = assess(EXAMPLES / name / "dicom", ClinicalFindings(), model)
        markers = find_markers(study.volume.hu, study.segmentation.mask, study.volume.geometry)
        examples[name] = {marker.name: marker for marker in markers}
    assert examples["swirl-false-positive"]["swirl"].present
    assert not examples["non-expander"]["swirl"].present


def test_real_hematoma_written_as_dicom_is_found(shared_data: Path, tmp_path: Path) -> None:
    study = read_labelled_study(
        read_cohort(shared_data / "phe_sich"), "0005"
    )  # a validation patient
    write_ct_series(study.volume.hu, study.volume.geometry, tmp_path / "dicom")
    assessed(tmp_path / "dicom", tmp_path / "out")
    image = nib.load(tmp_path / "out" / "hematoma.nii.gz")
    mask = np.asarray(image.dataobj).transpose(2, 1, 0) > 0
    usable = study.mask_usable
    overlap = (mask & study.mask)[usable].sum()
    assert 2 * overlap / (mask[usable].sum() + study.mask[usable].sum()) > 0.85


def test_real_head_without_hemorrhage_gives_no_more_than_a_speck(
    shared_data: Path, tmp_path: Path
) -> None:
    found = assessed(shared_data / "dicom_ge_head", tmp_path / "out")
    assert found["volume_ml"] < 1.0
    assert read_volume(find_series(shared_data / "dicom_ge_head")[0]).hu.shape[0] == 28
