import numpy as np
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
    torch.manual_seed(0)
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


def test_map_is_that_of_gradients_worked_out_by_hand() -> None:
    networks = engine()
    head = networks.own_head()
    segmented = networks.segment(IMAGES[:1], EVERY[:1])
    captured: list[torch.Tensor] = []
    hook = head.explained.register_forward_hook(lambda _, __, out: captured.append(out))
    ((stack, soft_mask, features),) = head_batches(segmented, networks.runtime)
    np.testing.assert_array_equal(stack, stacks(IMAGES[:1], np.array([0])))
    output = head(stack, soft_mask, features, FIELD_MM)
    hook.remove()
    (gradient,) = torch.autograd.grad(output.slice_logit.sum(), captured[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)  # (1, C, 1, 1)
    expected = torch.relu((weights * captured[0]).sum(dim=1))[0].detach().numpy()  # (h, w)
    found = activation_maps(networks, segmented)[0]
    if expected.max() > 0:
        peak = np.unravel_index(expected.argmax(), expected.shape)
        assert found[peak[0] * 16 + 8, peak[1] * 16 + 8] > 0.9
    else:
        assert found.max() == 0.0
