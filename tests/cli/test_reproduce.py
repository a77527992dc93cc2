import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call


def test_simulated_study_is_written_and_called_simulated(call: Call, tmp_path: Path) -> None:
    code, out, _ = call("reproduce", "--patients", "572", "--out", tmp_path / "study")
    assert code == 0
    assert out.startswith("Simulated cohort")
    assert json.loads((tmp_path / "study" / "study.json").read_text())["simulated"] is True


def test_unknown_definition_is_a_usage_error(call: Call, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        call("reproduce", "--definition", "rhe9", "--out", tmp_path / "study")
    assert not (tmp_path / "study").exists()


def test_table_with_problems_is_refused(call: Call, tmp_path: Path) -> None:
    table = tmp_path / "cohort.csv"
    table.write_text("patient,gcs,expanded\nA,17,1\n")
    code, _, err = call("reproduce", "--cohort", table, "--out", tmp_path / "study")
    assert code == 4
    assert "cohort check" in err
