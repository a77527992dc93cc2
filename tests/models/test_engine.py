import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import UsageError
from core.models import runtime
from core.models.engine import Engine
from core.models.folder import load_model
from core.models.golden import TOLERANCE, answers
from core.models.networks import HematomaNet, SliceClassifier
from core.models.preprocessing import InputSpec
from core.models.runtime import (
    REFERENCE,
    Precise,
    Runtime,
    choose_runtime,
    engines_here,
    training_runtime,
)
from core.models.torch_networks import head_batches, inference, torch_engine

SPEC = InputSpec(size_px=64, classifier_px=32)
IMAGES = np.random.default_rng(0).random((5, 64, 64), np.float32)


def test_answers_are_probabilities_one_a_slice(untrained_engine: Engine) -> None:
    p = untrained_engine.classify(IMAGES)
    segmented = untrained_engine.segment(IMAGES, np.ones(5, bool))
    scores = untrained_engine.expansion(segmented)
    assert p.shape == scores.shape == (5,)
    assert segmented.p_mask.shape == IMAGES.shape
    assert all(((a >= 0) & (a <= 1)).all() for a in (p, scores, segmented.p_mask))


def test_no_slices_give_no_answers(untrained_engine: Engine) -> None:
    none = IMAGES[:0]
    segmented = untrained_engine.segment(IMAGES, np.zeros(5, bool))
    assert untrained_engine.classify(none).shape == (0,)
    assert segmented.p_mask.shape == (0, 64, 64)
    assert untrained_engine.expansion(segmented).shape == (0,)


def test_each_slab_is_scored_among_its_own_neighbors(untrained_engine: Engine) -> None:
    wanted = np.array([True, False, False, True, True])
    segmented = untrained_engine.segment(IMAGES, wanted)
    ((stacked, _, _),) = head_batches(segmented, untrained_engine.runtime)
    near = [[0, 0, 0, 1, 2], [1, 2, 3, 4, 4], [2, 3, 4, 4, 4]]  # the last slab goes on
    np.testing.assert_array_equal(stacked.numpy(), IMAGES[near])


def test_answer_does_not_depend_on_the_company_in_the_batch(untrained_engine: Engine) -> None:
    together = untrained_engine.classify(IMAGES)
    alone = [untrained_engine.classify(IMAGES[k : k + 1])[0] for k in range(5)]
    # bfloat16 kernels differ with the batch's shape by a few units in their third digit
    np.testing.assert_allclose(together, alone, atol=0.01)


def test_inference_leaves_the_training_mode_as_it_was(untrained_engine: Engine) -> None:
    network = SliceClassifier().train()
    with inference(network, untrained_engine.runtime):
        assert not network.training
    assert network.training


def test_what_sees_the_images_computes_in_float32() -> None:
    classifier, hematoma_net = SliceClassifier(), HematomaNet()
    engine = torch_engine(classifier, hematoma_net, Runtime("cpu", bfloat16=True))
    unet = hematoma_net.unet
    first, behind = (
        (classifier.body.conv1, unet.encoder.model.conv_stem, unet.encoder.model.blocks[-1]),
        (classifier.body.layer1, unet.decoder),
    )
    seen = []
    for layer in (*first, *behind):
        layer.register_forward_hook(lambda _, __, output: seen.append(output.dtype))
    engine.classify(IMAGES[:1])
    engine.segment(IMAGES, np.arange(5) == 0)
    assert sorted(seen, key=str) == [*len(behind) * [torch.bfloat16], *len(first) * [torch.float32]]


@pytest.mark.parametrize("name", engines_here())
def test_every_engine_answers_like_pytorch_in_float32(name: Precise, untrained_model: Path) -> None:
    image = IMAGES[0].astype(np.float16)
    reference, model = (
        load_model(untrained_model, choose_runtime("cpu", engine)) for engine in (REFERENCE, name)
    )
    assert model.identity.engine.replace(" ", "-").lower() == name
    expected, found = (answers(m.engine, image, m.card.input) for m in (reference, model))
    tolerance = TOLERANCE if name.endswith("bfloat16") else 1e-5  # sums in another order
    for part in expected:
        np.testing.assert_allclose(found[part], expected[part], atol=tolerance)


@pytest.mark.parametrize("name", engines_here())
def test_every_engine_scores_an_outline_of_a_reader(name: Precise, untrained_model: Path) -> None:
    engine = load_model(untrained_model, choose_runtime("cpu", name)).engine
    segmented = engine.segment(IMAGES, np.ones(5, bool))
    drawn = np.zeros_like(IMAGES)
    drawn[:, 20:40, 20:40] = 1.0
    outlined = segmented.outlined(drawn)
    np.testing.assert_allclose(outlined.p_mask, drawn, atol=2e-4)
    assert engine.expansion(outlined).shape == (5,)
    assert (engine.expansion(outlined) != engine.expansion(segmented)).all()


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_cuda_asked_for_where_there_is_none_is_refused() -> None:
    for asked in (choose_runtime, training_runtime):
        with pytest.raises(UsageError, match="no CUDA device"):
            asked("cuda")


def test_openvino_asked_for_on_cuda_is_refused() -> None:
    with pytest.raises(UsageError, match="OpenVINO runs on the processor"):
        choose_runtime("cuda", "openvino-float32")


def test_bfloat16_asked_for_of_a_processor_without_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runtime, "processor_has_bfloat16", lambda: False)
    assert engines_here() == ("openvino-float32", "pytorch-float32")
    assert choose_runtime("cpu") == Runtime("cpu", bfloat16=False, openvino=True)
    with pytest.raises(UsageError, match="no bfloat16"):
        choose_runtime("cpu", "openvino-bfloat16")


def test_threads_are_as_many_as_torch_takes() -> None:
    ask = (
        "import torch; from core.models.runtime import threads;"
        "print(torch.get_num_threads(), threads())"
    )
    for asked in ("", "1"):
        environment = {**os.environ, "OMP_NUM_THREADS": asked}
        if not asked:
            del environment["OMP_NUM_THREADS"]
        call = [sys.executable, "-c", ask]
        told = subprocess.run(call, env=environment, capture_output=True, text=True, check=True)
        torchs, ours = told.stdout.split()
        assert torchs == ours


def test_nothing_of_torch_is_imported_until_a_network_is_needed() -> None:
    ask = "import sys, core.pipeline, core.cli.chosen_model; print('torch' in sys.modules)"
    call = [sys.executable, "-c", ask]
    told = subprocess.run(call, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
def test_cuda_answers_like_the_cpu(untrained_model: Path) -> None:
    image = IMAGES[0].astype(np.float16)
    on_cpu, on_gpu = (
        load_model(untrained_model, choose_runtime(device, engine)).engine
        for device, engine in (("cpu", REFERENCE), ("cuda", "auto"))
    )
    expected, found = (answers(engine, image, SPEC) for engine in (on_cpu, on_gpu))
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], atol=TOLERANCE)
