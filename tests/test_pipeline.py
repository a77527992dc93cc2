"""The whole chain, on networks that know nothing: what is joined to what, not how well it sees."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

from core.dicom import input_sha256
from core.domain import Assessment, ClinicalFindings
from core.errors import StudyUnusableError
from core.imaging.laplacian import filter_hematoma
from core.imaging.measures import slice_areas_mm2, volume_ml
from core.models.card import Thresholds
from core.models.engine import Looked
from core.models.folder import Model, load_model
from core.models.likeness import Likeness
from core.models.runtime import choose_runtime
from core.pipeline import STAGES, HematomaSlabs, assess, reassess
from core.progress import Cancelled
from core.risk.estimate import estimate
from tests.dicom.make import axial_geometry, head_hu, write_ct_series

PATIENT = ClinicalFindings(age_years=65, gcs=10, fibrinogen_mg_dl=325)


@pytest.fixture(scope="module")
def model(untrained_model: Path) -> Model:
    return load_model(untrained_model, choose_runtime("cpu"))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    hu = head_hu()
    write_ct_series(hu, axial_geometry(hu.shape, tilt_deg=15.0), folder)
    return folder


def with_slice_threshold(model: Model, threshold: float) -> Model:
    return replace(
        model, card=replace(model.card, thresholds=Thresholds(threshold, 1e-6, "by hand"))
    )


def test_everything_lies_on_the_grid_of_the_scanner(model: Model, study: Path) -> None:
    found = assess(study, PATIENT, model)
    shape = (24, 64, 64)
    assert found.volume.hu.shape == shape
    assert found.segmentation.mask.shape == found.activation.shape == shape
    assert [s.index for s in found.slices] == list(range(24))
    assert np.diff([s.z_mm for s in found.slices]) == pytest.approx(5 * np.cos(np.radians(15)))


def mean_score(found: Assessment) -> float:
    """By volume, on the logit scale."""
    weights = [s.area_mm2 for s in found.slices] * found.volume.geometry.thickness_mm
    scores = [0.5 if s.dl_score is None else s.dl_score for s in found.slices]
    return float(expit(np.average(logit(scores), weights=weights)))


def test_measures_follow_from_the_mask_and_the_scores(model: Model, study: Path) -> None:
    found = assess(study, PATIENT, model)
    mask, geometry = found.segmentation.mask, found.volume.geometry
    assert found.volume_ml == volume_ml(mask, geometry)
    assert [s.area_mm2 for s in found.slices] == slice_areas_mm2(mask, geometry).tolist()
    assert found.ndl == pytest.approx(model.card.ndl.ndl(mean_score(found)))


def test_l5_is_that_of_the_final_mask_and_moves_with_the_readers_outline(
    model: Model, study: Path
) -> None:
    found = assess(study, PATIENT, model, irregular=True)
    volume, mask = found.volume, np.zeros_like(found.segmentation.mask)
    assert found.l5_hu == filter_hematoma(volume.hu, found.segmentation.mask, volume.geometry).l5_hu
    assert found.risk.outcome.source.startswith("Equation G without time")
    mask[10:12, 30:36, 28:34] = True
    edited = reassess(found, mask, model)
    assert edited.l5_hu == filter_hematoma(volume.hu, mask, volume.geometry).l5_hu
    expected = estimate(edited.image, PATIENT, model.risk).outcome
    assert (edited.image.irregular, edited.risk.outcome) == (True, expected)
    assert expected.p != found.risk.outcome.p


def test_unusual_l5_is_said_of_the_outline_that_has_it(
    model: Model, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = assess(study, PATIENT, with_slice_threshold(model, 1.1))
    mask = np.zeros_like(found.segmentation.mask)
    mask[10:12, 30:36, 28:34] = True
    codes = []
    for l5_hu in (-6.0, -18.0):
        monkeypatch.setattr("core.pipeline._l5_hu", lambda *_, l5_hu=l5_hu: l5_hu)
        found = reassess(found, mask, model)
        codes.append("unusual-l5" in [finding.code for finding in found.findings])
    assert codes == [True, False]


def test_slices_below_the_threshold_are_not_segmented(
    model: Model, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rising = np.linspace(0, 1, 24)
    looked = Looked(rising, np.zeros((24, 2048), np.float32))
    monkeypatch.setattr(model.engine, "look", lambda _images: looked)
    found = assess(study, PATIENT, with_slice_threshold(model, rising[20]))
    assert [s.p_hematoma for s in found.slices] == rising.tolist()
    assert [s.index for s in found.slices if s.area_mm2] == [20, 21, 22, 23]
    assert all(s.dl_score is None for s in found.slices if not s.area_mm2)


@pytest.mark.parametrize(
    ("alone_ml", "counted", "denied_ml"), [(0.5, [2, 10, 11], 0.6), (0.7, [2], 0.0)]
)
def test_part_counts_by_its_classifier_or_by_its_size(
    model: Model,
    study: Path,
    monkeypatch: pytest.MonkeyPatch,
    alone_ml: float,
    counted: list[int],
    denied_ml: float,
) -> None:
    seen = Looked(np.where(np.arange(24) == 2, 0.9, 0.1), np.zeros((24, 2048), np.float32))
    monkeypatch.setattr(model.engine, "look", lambda _images: seen)
    geometry = assess(study, PATIENT, with_slice_threshold(model, 0.5)).volume.geometry
    voxel_ml = geometry.pixel_area_mm2 * geometry.thickness_mm[10] / 1000
    outlined = np.zeros(geometry.shape, bool)
    outlined[2, 20, 20] = outlined[5, 40, 40] = True  # a speck that is seen, one that is not
    pixels = round(0.3 / voxel_ml)
    outlined[10:12, 30].flat[np.r_[20 : 20 + pixels, 84 : 84 + pixels]] = True  # 0.6 mL
    monkeypatch.setattr(HematomaSlabs, "mask_on_scanner_grid", lambda *_: outlined)
    thresholds = Thresholds(0.5, 0.5, "by hand", alone_ml)
    found = assess(study, PATIENT, replace(model, card=replace(model.card, thresholds=thresholds)))
    assert [s.index for s in found.slices if s.area_mm2] == counted
    assert all((s.dl_score is not None) == (s.area_mm2 > 0) for s in found.slices)
    told = {f.code: f.message for f in found.findings}.get("outlined-against-classifier", "")
    assert told.startswith(f"{denied_ml:.1f} mL" if denied_ml else "")
    assert bool(told) == bool(denied_ml)


def test_without_hematoma_no_image_score_is_invented(model: Model, study: Path) -> None:
    found = assess(study, PATIENT, with_slice_threshold(model, 1.1))
    assert (found.ndl, found.l5_hu) == (None, None)
    assert found.risk.outcome.p is None
    assert found.volume_ml == 0.0
    assert found.risk.image.p is None
    assert found.risk.integrated.p is None
    assert found.risk.clinical.p == pytest.approx(0.287, abs=0.002)  # golden vector
    assert "no-hematoma" in [finding.code for finding in found.findings]


def test_study_unlike_the_training_slices_is_told_or_refused(
    model: Model, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = with_slice_threshold(model, 1.1)
    assert "likeness-unknown" in {f.code for f in assess(study, PATIENT, none).findings}
    zeros = np.zeros(2048, np.float32)
    knowing = replace(none, likeness=Likeness(zeros, zeros[None], zeros[:1], zeros[:2]))
    found = {}
    for unlikeness in (1.3, 2.0):
        monkeypatch.setattr(Likeness, "unlikeness", lambda *_, value=unlikeness: value)
        findings = assess(study, PATIENT, knowing).findings
        found[unlikeness] = {finding.code: finding.message for finding in findings}
    assert not found[1.3].keys() & {"unlike-training", "likeness-unknown"}
    assert "does not mean" not in found[1.3]["no-hematoma"]
    assert "2.0 times as unusual" in found[2.0]["unlike-training"]
    assert "(unlike-training): this does not mean" in found[2.0]["no-hematoma"]
    monkeypatch.setattr(Likeness, "unlikeness", lambda *_: 9.0)
    with pytest.raises(StudyUnusableError, match="times as unusual"):
        assess(study, PATIENT, knowing)


def test_result_can_be_traced_to_model_and_input(model: Model, study: Path) -> None:
    found = assess(study, PATIENT, model)
    assert found.model == model.identity
    assert found.input_sha256 == input_sha256(found.volume)
    assert len(found.timings_s) == STAGES
    assert "gantry-tilt" in [finding.code for finding in found.findings]


def test_progress_names_each_stage_and_rises(model: Model, study: Path) -> None:
    heard: list[tuple[str, float]] = []
    found = assess(study, PATIENT, model, progress=lambda stage, done: heard.append((stage, done)))
    assert [stage for stage, _ in heard] == list(found.timings_s)
    assert [done for _, done in heard] == [k / STAGES for k in range(STAGES)]


def test_work_ends_where_the_user_cancels(model: Model, study: Path) -> None:
    def cancel(stage: str, done: float) -> None:
        if stage.startswith("Segmenting"):
            raise Cancelled

    with pytest.raises(Cancelled):
        assess(study, PATIENT, model, progress=cancel)


def test_folder_without_images_is_refused(model: Model, tmp_path: Path) -> None:
    with pytest.raises(StudyUnusableError, match="expected a head CT"):
        assess(tmp_path, PATIENT, model)


def test_outline_of_a_reader_is_measured_and_scored_anew(model: Model, study: Path) -> None:
    found = assess(study, PATIENT, model)
    mask = np.zeros_like(found.segmentation.mask)
    mask[10:12, 30:36, 28:34] = True
    edited = reassess(found, mask, model)
    assert edited.segmentation.edited_by_reader
    assert edited.volume_ml == volume_ml(mask, found.volume.geometry)
    assert [s.index for s in edited.slices if s.dl_score is not None] == [10, 11]
    assert [s.p_hematoma for s in edited.slices] == [s.p_hematoma for s in found.slices]
    assert edited.ndl == pytest.approx(model.card.ndl.ndl(mean_score(edited)))
    assert edited.risk.image.p != found.risk.image.p
    assert not edited.activation[:10].any()
    assert edited.input_sha256 == found.input_sha256


def test_reader_may_erase_and_find_a_hematoma(model: Model, study: Path) -> None:
    found = assess(study, PATIENT, model)
    erased = reassess(found, np.zeros_like(found.segmentation.mask), model)
    assert erased.ndl is None
    assert erased.risk.integrated.p is None
    assert "no-hematoma" in [finding.code for finding in erased.findings]
    drawn = reassess(erased, found.segmentation.mask, model)
    assert drawn.volume_ml == found.volume_ml
    assert drawn.risk.integrated.p is not None
    assert "no-hematoma" not in [finding.code for finding in drawn.findings]


@pytest.fixture
def damaged_study(tmp_path: Path) -> Path:
    hu = head_hu()
    last = write_ct_series(hu, axial_geometry(hu.shape), tmp_path)[-1]
    last.write_bytes(last.read_bytes()[:-100])
    return tmp_path


def test_hematoma_beside_a_damaged_slice_ends_the_assessment(
    model: Model, damaged_study: Path
) -> None:
    with pytest.raises(StudyUnusableError, match="reaches the slices at the end"):
        assess(damaged_study, PATIENT, with_slice_threshold(model, 0.0))


def test_damaged_end_slice_without_hematoma_is_a_finding(model: Model, damaged_study: Path) -> None:
    found = assess(damaged_study, PATIENT, with_slice_threshold(model, 1.0))

    assert found.volume.hu.shape == (23, 64, 64)
    assert "damaged-end-slices" in {f.code for f in found.findings}


def test_blood_under_the_skull_gives_no_probability_until_the_outline_is_corrected(
    model: Model, study: Path
) -> None:
    found = assess(study, PATIENT, model)
    rows, columns = np.mgrid[-1:1:64j, -1:1:64j]
    radius = np.hypot(columns / 0.7, rows / 0.85)
    mask = np.zeros_like(found.segmentation.mask)
    mask[8:16] = (radius > 0.78) & (radius < 0.9) & (columns > 0.2)
    subdural = reassess(found, mask, model)
    (finding,) = (f for f in subdural.findings if f.code == "blood-outside-brain")
    assert "along the skull" in finding.message
    assert subdural.volume_ml > 0
    for estimate_ in subdural.risk.all_estimates:
        assert (estimate_.p, estimate_.reason) == (None, finding.message)
    mask[:] = False
    mask[10:12, 30:36, 28:34] = True
    corrected = reassess(subdural, mask, model)
    assert corrected.out_of_scope is None
    assert all(estimate_.p is not None for estimate_ in corrected.risk.all_estimates)
    assert not {f.code for f in corrected.findings} & {finding.code}
