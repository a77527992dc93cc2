from pathlib import Path

from tests.cli.conftest import Call


def test_table_of_a_cohort_is_written_and_named(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "cohort"
    arguments = ("--patients", "30", "--seed", "4", "--images", "none", "--out", out)
    assert call("simulate", *arguments) == (
        0,
        f"SIMULATED cohort of 30 patients: {out / 'cohort.csv'}\n",
        "",
    )
    assert len((out / "cohort.csv").read_text().splitlines()) == 31
    assert sorted(path.name for path in out.iterdir()) == ["README.md", "cohort.csv"]


def test_another_seed_into_the_same_folder_is_a_usage_error(call: Call, tmp_path: Path) -> None:
    arguments = ("--patients", "30", "--images", "none", "--out", tmp_path)
    assert call("simulate", *arguments)[0] == 0
    code, printed, complaints = call("simulate", *arguments, "--seed", "2")
    assert (code, printed) == (2, "")
    assert "do this: Name a new folder" in complaints


def test_too_few_patients_are_a_usage_error(call: Call, tmp_path: Path) -> None:
    code, _, complaints = call("simulate", "--patients", "3", "--out", tmp_path / "cohort")
    assert code == 2
    assert "3 patients asked for, at least 20 expected" in complaints
    assert not (tmp_path / "cohort").exists()
