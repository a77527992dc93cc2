import numpy as np
import pytest
import torch

from core.errors import UsageError
from core.models.engine import Engine, Runtime, choose_runtime, inference
from core.models.golden import TOLERANCE, answers
from core.models.preprocessing import InputSpec

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
    ((stacked, _),) = segmented.batches()
    near = [[0, 0, 0, 1, 2], [1, 2, 3, 4, 4], [2, 3, 4, 4, 4]]  # the last slab goes on
    np.testing.assert_array_equal(stacked.numpy(), IMAGES[near])


def test_answer_does_not_depend_on_the_company_in_the_batch(untrained_engine: Engine) -> None:
    together = untrained_engine.classify(IMAGES)
    alone = [untrained_engine.classify(IMAGES[k : k + 1])[0] for k in range(5)]
    # bfloat16 kernels differ with the batch's shape by a few units in their third digit
    np.testing.assert_allclose(together, alone, atol=0.01)


def test_inference_leaves_the_training_mode_as_it_was(untrained_engine: Engine) -> None:
    network = untrained_engine.classifier.train()
    with inference(network, untrained_engine.runtime):
        assert not network.training
    assert network.training
    network.eval()


def test_bfloat16_answers_like_float32(untrained_engine: Engine) -> None:
    image = IMAGES[0].astype(np.float16)
    plain = Engine(
        untrained_engine.classifier,
        untrained_engine.hematoma_net,
        Runtime("cpu", bfloat16=False),
    )
    lower = Engine(plain.classifier, plain.hematoma_net, Runtime("cpu", True))
    expected, found = answers(plain, image, SPEC), answers(lower, image, SPEC)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], atol=TOLERANCE)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_cuda_asked_for_where_there_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="no CUDA device"):
        choose_runtime("cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
def test_cuda_answers_like_the_cpu(untrained_engine: Engine) -> None:
    image = IMAGES[0].astype(np.float16)
    expected = answers(untrained_engine, image, SPEC)
    on_gpu = Engine(
        untrained_engine.classifier, untrained_engine.hematoma_net, choose_runtime("cuda")
    )
    found = answers(on_gpu, image, SPEC)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], atol=TOLERANCE)
