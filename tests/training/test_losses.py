import pytest
import torch

from core.models.networks import ExpansionOutput
from core.training.losses import expansion_loss, mask_level_loss, segmentation_loss

MASKS = torch.zeros(2, 1, 32, 32)
MASKS[:, :, 8:16, 8:16] = 1.0


def test_perfect_mask_costs_nothing_and_its_opposite_much() -> None:
    logits = (MASKS * 2 - 1) * 50
    assert segmentation_loss(logits, MASKS).item() == pytest.approx(0, abs=1e-3)
    assert segmentation_loss(-logits, MASKS).item() > 10


def test_even_odds_everywhere_cost_what_the_formulae_say() -> None:
    # Dice of p = 0.5 everywhere: 2 * 0.5 * 64 / (0.5 * 1024 + 64) = 0.1111; cross-entropy ln 2
    loss = segmentation_loss(torch.zeros_like(MASKS), MASKS).item()
    assert loss == pytest.approx(1 - 64 / 576 + 0.693147, abs=1e-4)


def test_coarse_map_is_right_where_a_third_of_the_cell_is_hematoma() -> None:
    masks = torch.zeros(1, 1, 32, 32)
    masks[..., :8, :3] = 1.0  # three eighths of the first cell at stride 8
    right = torch.full((1, 1, 4, 4), -50.0)
    right[..., 0, 0] = 50.0
    coarse = (right, right[..., :2, :2], right[..., :1, :1])
    one_level = mask_level_loss((right,) + coarse[1:], masks).item()
    wrong = mask_level_loss((-right,) + coarse[1:], masks).item()
    assert one_level < wrong


def test_agreement_of_both_scores_with_the_label_costs_its_entropy() -> None:
    logit = torch.tensor([0.0, 0.0])
    output = ExpansionOutput(logit, logit)
    loss = expansion_loss(output, torch.tensor([0.5, 0.5]), consistency_weight=10.0).item()
    assert loss == pytest.approx(2 * 0.693147, abs=1e-5)


def test_disagreement_is_penalised_in_proportion_to_lambda() -> None:
    output = ExpansionOutput(torch.tensor([2.0]), torch.tensor([-1.0]))
    label = torch.tensor([0.3])
    without = expansion_loss(output, label, consistency_weight=0.0)
    once = expansion_loss(output, label, consistency_weight=1.0)
    gap = torch.sigmoid(torch.tensor(2.0)) - torch.sigmoid(torch.tensor(-1.0))
    assert (once - without).item() == pytest.approx(gap.item(), abs=1e-6)
