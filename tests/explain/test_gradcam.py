import cv2
import numpy as np
import pytest
import torch

from core.explain.gradcam import activation_maps
from core.models.engine import Engine
from core.models.networks import FIELD_MM, HematomaNet, SliceClassifier
from core.models.preprocessing import stacks
from core.models.runtime import training_runtime
from core.models.torch_networks import head_batches, torch_engine

EVERY = np.ones(5, bool)
IMAGES = np.random.default_rng(1).random((5, 64, 64), np.float32)


def engine() -> Engine:
    torch.manual_seed(1)  # with seed 0 nothing speaks for expansion, and maps are empty
    return torch_engine(SliceClassifier(), HematomaNet(), training_runtime("cpu"))


def test_map_lies_between_zero_and_one_on_the_grid_of_the_image() -> None:
    networks = engine()
    maps = activation_maps(networks, networks.segment(IMAGES, EVERY))
    assert maps.shape == IMAGES.shape
    assert maps.min() >= 0.0
    assert maps.max() <= 1.0


def test_no_slices_give_no_maps() -> None:
    networks = engine()
    maps = activation_maps(networks, networks.segment(IMAGES, ~EVERY))
    assert maps.shape == (0, 64, 64)


def test_encoder_runs_once_and_never_for_a_gradient() -> None:
    networks = engine()
    calls: list[bool] = []
    networks.networks.hematoma_net.unet.encoder.register_forward_hook(
        lambda *_: calls.append(torch.is_grad_enabled())
    )
    segmented = networks.segment(IMAGES[:4], EVERY[:4])  # one batch
    networks.expansion(segmented)
    activation_maps(networks, segmented)
    assert calls == [False]


def test_maps_are_those_of_gradients_worked_out_by_hand_on_one_scale() -> None:
    networks = engine()
    head = networks.own_head()
    segmented = networks.segment(IMAGES[:4], EVERY[:4])  # one batch
    captured: list[torch.Tensor] = []
    hook = head.explained.register_forward_hook(lambda _, __, out: captured.append(out))
    ((stack, soft_mask, features),) = head_batches(segmented, networks.runtime)
    np.testing.assert_array_equal(stack, stacks(IMAGES[:4], np.arange(4)))
    output = head(stack, soft_mask, features, FIELD_MM)
    hook.remove()
    (gradient,) = torch.autograd.grad(output.slice_logit.sum(), captured[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)  # (4, C, 1, 1)
    expected = torch.relu((weights * captured[0]).sum(dim=1)).detach().numpy()  # (4, h, w)
    resized = np.array([cv2.resize(one, stack.shape[:1:-1]) for one in expected])
    by_hand = head.on_network_grid(torch.from_numpy(resized)[:, None], FIELD_MM)[:, 0].numpy()
    by_hand *= segmented.p_mask.sum(axis=(1, 2), keepdims=True)
    found = activation_maps(networks, segmented)
    full, between = found == 1, (found > 0.1) & (found < 1)
    assert by_hand[full].sum() / by_hand.sum() == pytest.approx(0.1, abs=0.01)
    scale = by_hand[between] / found[between]
    assert scale == pytest.approx(np.full_like(scale, by_hand[full].min()), rel=0.01)
    peaks = found.max(axis=(1, 2))
    assert peaks.min() < 0.9 < peaks.max()  # one slice says more than another
