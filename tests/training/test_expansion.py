from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from core.models.networks import ExpansionHead, HematomaNet
from core.models.preprocessing import InputSpec
from core.models.runtime import Runtime
from core.progress import silent
from core.training.data import Cohort, read_labelled_study
from core.training.expansion import HeadRun, SeenSlices, see, train_head
from core.training.settings import EXPANSION_PRESETS
from core.training.splits import table_split
from core.training.views import views_of

RUNTIME = Runtime("cpu", bfloat16=False)
SETTINGS = EXPANSION_PRESETS["smoke"]


@pytest.fixture(scope="module")
def seen(cohort: Cohort) -> SeenSlices:
    torch.manual_seed(0)
    return see(cohort, HematomaNet(), SETTINGS, seed=0, runtime=RUNTIME, progress=silent)


def test_head_is_given_each_hematoma_slice_in_every_view(cohort: Cohort, seen: SeenSlices) -> None:
    # six patients with hematoma in one slice, two views
    assert seen.patient.tolist() == [name for name in cohort.names for _ in range(2)]
    assert seen.seen.shape == (12, 6, 128, 128)
    assert seen.bottleneck.shape[-2:] == (32, 32)
    assert seen.first.tolist() == [True, False] * 6
    own = [read_labelled_study(cohort, name).expansion.slices[8] for name in cohort.names]
    np.testing.assert_allclose(seen.slice_label[::2], own, atol=1e-6)  # the first is the study


def test_known_outcome_is_the_label_of_every_slice_and_view(cohort: Cohort) -> None:
    table = cohort.patients.assign(expanded=[1, 0, 1, 0, 1, 0])
    known = Cohort(cohort.folder, table, cohort.slices)
    seen = see(known, HematomaNet(), SETTINGS, seed=0, runtime=RUNTIME, progress=silent)
    assert seen.slice_label.tolist() == [outcome for outcome in table.expanded for _ in range(2)]


def test_head_sees_of_a_slice_what_inference_shows_it(cohort: Cohort) -> None:
    torch.manual_seed(0)
    net, one = HematomaNet(), replace(SETTINGS, views=1)
    seen = see(cohort, net, one, seed=0, runtime=RUNTIME, progress=silent)
    (view,) = views_of(cohort, cohort.names[0], InputSpec(size_px=64), 1, 0)
    middle = int(np.flatnonzero(view.masks.any(axis=(1, 2)))[0])
    stack = torch.from_numpy(view.unit_images[middle - 2 : middle + 3])[None]
    with torch.inference_mode():
        expected = net.eval()(stack, view.field_mm)
        found = net.head.score(seen.seen[:1].float() / 255, seen.bottleneck[:1].float())
    torch.testing.assert_close(found.slice_logit, expected.slice_logit, atol=0.01, rtol=0)


def test_larger_and_brighter_views_are_labelled_anew(cohort: Cohort) -> None:
    views = list(views_of(cohort, "0000", InputSpec(size_px=64), 4, seed=0))
    labels = {round(view.expansion.patient, 6) for view in views}
    assert len(views) == len(labels) == 4
    assert len({view.images.tobytes() for view in views}) > 1  # a small gain rounds away
    assert len({view.field_mm for view in views}) == 4


def test_outcome_of_a_patient_labels_every_view(cohort: Cohort) -> None:
    table = cohort.patients.assign(expanded=[1, 0, 1, 0, 1, 0])
    known = Cohort(cohort.folder, table, cohort.slices)
    views = views_of(known, "0000", InputSpec(size_px=64), 3, seed=0)
    assert [view.expansion.patient for view in views] == [1.0, 1.0, 1.0]


def test_head_learns_what_its_labels_say(cohort: Cohort, seen: SeenSlices, tmp_path: Path) -> None:
    labels = torch.tensor([0.1, 0.9]).repeat_interleave(6)  # of the first three and the others
    images = seen.seen.clone()
    images[6:, :-1] //= 2  # whose hematomas are faint
    plain = replace(seen, seen=images, slice_label=labels)
    settings = replace(SETTINGS, steps=150, learning_rate=3e-3, optimizer="adamw")
    split = replace(table_split(cohort), training=cohort.names)
    path = train_head(HeadRun("test", split, settings), lambda: plain, tmp_path, RUNTIME, silent)
    head = ExpansionHead(seen.bottleneck.shape[1]).eval()
    head.load_state_dict(load_file(path))
    with torch.inference_mode():
        p = head.score(images.float() / 255, seen.bottleneck.float()).slice_logit.sigmoid()
    assert p[6:].mean() - p[:6].mean() > 0.3


def test_same_run_trains_the_same_head(cohort: Cohort, seen: SeenSlices, tmp_path: Path) -> None:
    run = HeadRun("test", table_split(cohort), SETTINGS)
    first, second = (
        load_file(train_head(run, lambda: seen, tmp_path / name, RUNTIME, silent)) for name in "ab"
    )
    for name, tensor in first.items():
        assert torch.equal(second[name], tensor), name


def test_a_trained_head_stays_and_nothing_is_seen_anew(
    cohort: Cohort, seen: SeenSlices, tmp_path: Path
) -> None:
    def never() -> SeenSlices:
        raise AssertionError("slices were seen anew")

    run = HeadRun("test", table_split(cohort), SETTINGS)
    path = train_head(run, lambda: seen, tmp_path, RUNTIME, silent)
    before = path.read_bytes()
    assert train_head(run, never, tmp_path, RUNTIME, silent).read_bytes() == before


def test_head_never_learns_from_who_is_held_out(
    cohort: Cohort, seen: SeenSlices, tmp_path: Path
) -> None:
    run = HeadRun("test", table_split(cohort), SETTINGS)
    spoilt = replace(seen, slice_label=seen.slice_label.clone())
    spoilt.slice_label[np.isin(seen.patient, run.split.validation)] = float("nan")
    head = load_file(train_head(run, lambda: spoilt, tmp_path, RUNTIME, silent))
    assert all(tensor.isfinite().all() for tensor in head.values())
