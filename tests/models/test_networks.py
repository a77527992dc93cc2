import pytest
import torch

from core.models.networks import FIELD_MM, HematomaNet, SliceClassifier, in_millimeters


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
    output = net.head(stacks, torch.ones(2, 1, 64, 64), net.segment(stacks).bottleneck, FIELD_MM)
    # along the border of its grid the mask is mixed with what lies outside
    torch.testing.assert_close(output.slice_logit, output.hematoma_logit, atol=1e-3, rtol=0)


def test_evidence_outside_the_mask_moves_the_slice_score_alone(net: HematomaNet) -> None:
    stacks = torch.rand(1, 5, 64, 64)
    bottleneck = net.segment(stacks).bottleneck.clone()
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :32, :32] = 1.0
    with torch.no_grad():
        before = net.head(stacks, mask, bottleneck, FIELD_MM)
        bottleneck[..., 3:, 3:] += 10.0  # the far corner, outside the reach of the mask's features
        after = net.head(stacks, mask, bottleneck, FIELD_MM)
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
    before = net.expansion(stacks, segmented, FIELD_MM).slice_logit
    stacks[:, 0] = 0.0
    assert not torch.equal(net.expansion(stacks, segmented, FIELD_MM).slice_logit, before)


@pytest.mark.parametrize("branch", ["image", "bottleneck"])
def test_head_that_sees_one_branch_learns_nothing_of_the_other(branch: str) -> None:
    torch.manual_seed(0)
    net = HematomaNet()
    net.head.see_only(branch)  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(net.head.parameters(), lr=0.1)
    stacks = torch.rand(2, 5, 64, 64)
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


def test_head_sees_the_same_hematoma_whatever_fills_the_square(net: HematomaNet) -> None:
    # a disk of 30 mm, in a square of 160 mm and in one of 200 mm
    seen = []
    for field_mm in (160.0, 200.0):
        at_mm = (torch.arange(512) + 0.5) * field_mm / 512 - field_mm / 2
        disk = (at_mm[:, None] ** 2 + at_mm**2 < 15**2).float()
        seen.append(in_millimeters(disk[None, None], field_mm))
    assert seen[0].sum() * 1.6**2 == pytest.approx(torch.pi * 15**2, rel=0.01)
    assert (seen[0] - seen[1]).abs().mean() < 0.002


def test_map_of_the_head_comes_back_to_where_it_was(net: HematomaNet) -> None:
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., 20:30, 36:44] = 1.0
    own = in_millimeters(mask.repeat_interleave(8, 2).repeat_interleave(8, 3), 160.0)
    back = net.head.on_network_grid(own, 160.0)[0, 0]  # 128 x 128 pixels of the square
    rows, columns = torch.nonzero(back > 0.5, as_tuple=True)
    assert (rows.min(), rows.max()) == (40, 59)
    assert (columns.min(), columns.max()) == (72, 87)
