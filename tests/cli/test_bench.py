import json
from pathlib import Path

import pytest

from core.models.runtime import engines_here
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
    assert networks["gflop"] > 1  # of 24 slices of 64 pixels
    assert 0 < networks["share_of_peak"] < 1
    again_s = found["again_s"]
    eager_s = again_s - networks["runtime_s"] + networks["eager_float32_s"]
    assert found["speedup"] == eager_s / again_s > 0
    assert 0 < found["whatif_ms"] < 20  # the bar of a what-if


def test_comparison_has_each_engine_with_its_parity(
    call: Call, head: Path, untrained_model: Path
) -> None:
    code, printed, _ = call("bench", head, "--model", untrained_model, "--compare", "--json")
    found = json.loads(printed)
    assert code == 0
    assert [one["engine"] for one in found["engines"]] == list(engines_here())
    assert found["processor"]
    reference = found["engines"][-1]
    assert reference["parity"]["dice"] == 1.0
    assert reference["parity"]["passes"]
    for one in found["engines"]:
        assert one["device"].split(", ")[-1].replace(" ", "-").lower() == one["engine"]
        assert one["networks"]["speedup"] > 0


def test_comparison_limited_to_avx2_has_no_bfloat16(
    call: Call, head: Path, untrained_model: Path
) -> None:
    code, printed, _ = call("bench", head, "--model", untrained_model, "--compare", "--isa", "avx2")
    assert code == 0
    assert "limited to avx2" in printed
    assert "openvino-float32" in printed
    assert "bfloat16" not in printed


def test_instructions_are_limited_in_a_comparison_alone(call: Call, head: Path) -> None:
    code, _, said = call("bench", head, "--isa", "avx2")
    assert code == 2
    assert "--isa found without --compare" in said


def test_text_names_each_stage(call: Call, head: Path, untrained_model: Path) -> None:
    code, printed, _ = call("bench", head, "--model", untrained_model)
    assert code == 0
    for words in ("Device", "Segmenting the hematoma", "peak memory", "times as fast"):
        assert words in printed
