import pytest
import torch

from core.models.networks import HematomaNet, SliceClassifier


@pytest.fixture(scope="module")
def net() -> HematomaNet:
    torch.manual_seed(0)
    return HematomaNet().eval()


def test_classifier_gives_one_logit_a_slice() -> None:
    assert SliceClassifier().eval()(torch.rand(2, 1, 64, 64)).shape == (2,)


def test_mask_has_the_size_of_the_image(net: HematomaNet) -> None:
    output = net.segment(torch.rand(2, 1, 96, 64))
    assert output.mask_logits.shape == (2, 1, 96, 64)
    assert output.bottleneck.shape[-2:] == (6, 4)  # a sixteenth


def test_score_inside_an_all_covering_mask_is_the_score_of_the_slice(net: HematomaNet) -> None:
    images = torch.rand(2, 1, 64, 64)
    bottleneck = net.segment(images).bottleneck
    output = net.head(images, torch.ones_like(images), bottleneck)
    torch.testing.assert_close(output.slice_logit, output.hematoma_logit)


def test_evidence_outside_the_mask_moves_the_slice_score_alone(net: HematomaNet) -> None:
    images = torch.rand(1, 1, 64, 64)
    bottleneck = net.segment(images).bottleneck.clone()
    mask = torch.zeros_like(images)
    mask[..., :32, :32] = 1.0
    with torch.no_grad():
        before = net.head(images, mask, bottleneck)
        bottleneck[..., 3:, 3:] += 100.0  # the far corner, outside the reach of the mask's features
        after = net.head(images, mask, bottleneck)
    # a cell outside the mask keeps a weight of one in a million
    torch.testing.assert_close(before.hematoma_logit, after.hematoma_logit, atol=2e-3, rtol=0)
    assert (before.slice_logit - after.slice_logit).abs().item() > 0.1


def test_head_shares_the_encoder_of_the_segmentation(net: HematomaNet) -> None:
    names = {name.split(".")[0] for name, _ in net.named_parameters()}
    assert names == {"unet", "head"}
