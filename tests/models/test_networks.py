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
    stacks = torch.rand(2, 5, 64, 64)
    output = net.head(stacks, torch.ones(2, 1, 64, 64), net.segment(stacks).bottleneck)
    torch.testing.assert_close(output.slice_logit, output.hematoma_logit)


def test_evidence_outside_the_mask_moves_the_slice_score_alone(net: HematomaNet) -> None:
    stacks = torch.rand(1, 5, 64, 64)
    bottleneck = net.segment(stacks).bottleneck.clone()
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :32, :32] = 1.0
    with torch.no_grad():
        before = net.head(stacks, mask, bottleneck)
        bottleneck[..., 3:, 3:] += 10.0  # the far corner, outside the reach of the mask's features
        after = net.head(stacks, mask, bottleneck)
    # a cell outside the mask keeps a weight of one in a million
    torch.testing.assert_close(before.hematoma_logit, after.hematoma_logit, atol=2e-3, rtol=0)
    assert (before.slice_logit - after.slice_logit).abs().item() > 0.01


def test_stack_is_outlined_in_its_middle(net: HematomaNet) -> None:
    stacks = torch.rand(2, 5, 64, 64)
    torch.testing.assert_close(
        net.segment(stacks).mask_logits, net.segment(stacks[:, 2:3]).mask_logits
    )


def test_neighbors_move_the_score(net: HematomaNet) -> None:
    stacks = torch.rand(1, 5, 64, 64)
    segmented = net.segment(stacks)
    before = net.expansion(stacks, segmented).slice_logit
    stacks[:, 0] = 0.0
    assert not torch.equal(net.expansion(stacks, segmented).slice_logit, before)


@pytest.mark.parametrize("branch", ["image", "bottleneck"])
def test_head_that_sees_one_branch_learns_nothing_of_the_other(branch: str) -> None:
    torch.manual_seed(0)
    net = HematomaNet()
    net.head.see_only(branch)  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(net.head.parameters(), lr=0.1)
    stacks = torch.rand(2, 5, 64, 64)
    net.head(stacks, torch.rand(2, 1, 64, 64), net.segment(stacks).bottleneck.detach())
    output = net(stacks)
    output.slice_logit.sum().backward()
    optimizer.step()
    image, bottleneck = net.head.fusion.weight[:, :96], net.head.fusion.weight[:, 96:]
    unseen, seen = (bottleneck, image) if branch == "image" else (image, bottleneck)
    assert not unseen.any()
    assert seen.any()


def test_head_shares_the_encoder_of_the_segmentation(net: HematomaNet) -> None:
    names = {name.split(".")[0] for name, _ in net.named_parameters()}
    assert names == {"unet", "head"}
