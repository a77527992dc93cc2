from pathlib import Path

import pytest
import torch

from core.errors import ModelInvalidError
from core.models.weights import read_weights, write_weights

STATE = {
    "kernel": torch.linspace(-1, 1, 24).reshape(2, 3, 2, 2)
    * torch.tensor([1.0, 50.0])[:, None, None, None],
    "silent": torch.zeros(2, 3),
    "bias": torch.tensor([1e-7, 3.0]),
    "num_batches_tracked": torch.tensor(12),
}


def test_int8_errs_by_half_a_step_of_its_channel_at_most(tmp_path: Path) -> None:
    write_weights(STATE, tmp_path / "w.safetensors", "int8")
    read = read_weights(tmp_path / "w.safetensors")
    for channel in (0, 1):
        step = STATE["kernel"][channel].abs().max() / 127
        error = (read["kernel"][channel] - STATE["kernel"][channel]).abs().max()
        assert error <= 0.51 * step  # half a step, and float16 of the scale


@pytest.mark.parametrize("precision", ["int8", "float16"])
def test_vectors_counters_and_zeros_come_back_exactly(tmp_path: Path, precision: str) -> None:
    write_weights(STATE, tmp_path / "w.safetensors", precision)
    read = read_weights(tmp_path / "w.safetensors")
    assert read.keys() == STATE.keys()
    for name in ("silent", "bias", "num_batches_tracked"):
        assert torch.equal(read[name], STATE[name])
    assert read["kernel"].dtype == torch.float32


def test_file_that_is_not_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelInvalidError, match=r"w\.safetensors cannot be read"):
        read_weights(tmp_path / "w.safetensors")
