import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call


def test_json_has_stages_memory_and_the_comparison(
    call: Call, head: Path, untrained_model: Path
) -> None:
    code, printed, _ = call("bench", head, "--model", untrained_model, "--json", "--device", "cpu")
    found = json.loads(printed)
    assert code == 0
    assert found["slices"] == 24
    assert found["device"].startswith("CPU")
    assert len(found["stages_s"]) == 8
    # reading a folder and bookkeeping take no measurable time outside the stages
    assert sum(found["stages_s"].values()) == pytest.approx(found["assess_s"], abs=0.5)
    # Python with torch and the networks loaded holds some hundred MiB at the least
    assert 200 < found["peak_memory_mib"] < 20_000
    networks = found["networks"]
    assert networks["speedup"] == networks["eager_float32_s"] / networks["runtime_s"] > 0
    assert 0 < found["whatif_ms"] < 20  # the bar of a what-if


def test_text_names_each_stage(call: Call, head: Path, untrained_model: Path) -> None:
    code, printed, _ = call("bench", head, "--model", untrained_model)
    assert code == 0
    for words in ("Device", "Segmenting the hematoma", "peak memory", "times as fast"):
        assert words in printed
