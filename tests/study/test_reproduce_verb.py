import json
import shutil
from pathlib import Path

import pytest

from core.cli import main
from core.domain import Assessment
from core.pipeline import assess
from core.simulate.cohort import simulate_cohort


def reproduce(*argv: str | Path) -> int:
    return main(["reproduce", *(str(argument) for argument in argv)])


@pytest.fixture
def cohort(head: Path, tmp_path: Path) -> Path:
    """The paper's cohort as if it were real; three patients have a CT instead of an nDL."""
    table = simulate_cohort(572, seed=1).drop(columns="simulated")
    table.insert(1, "study", None)
    for row in range(3):
        (tmp_path / f"ct{row}").mkdir()
        table.loc[row, ["study", "ndl"]] = [f"ct{row}", None]
    for row in range(2):  # the third stays empty
        shutil.copytree(head, tmp_path / f"ct{row}", dirs_exist_ok=True)
    path = tmp_path / "cohort.csv"
    table.to_csv(path, index=False)
    return path


def test_studies_are_assessed_once_and_a_failure_is_named(
    cohort: Path, untrained_model: Path, tmp_path: Path, capsys, monkeypatch
) -> None:
    call = ("--cohort", cohort, "--assess", "--model", untrained_model, "--out", tmp_path / "out")
    call = (*call, "--bootstrap", "0")
    assert reproduce(*call) == 0
    printed = capsys.readouterr().out
    assert "Warning: study, row 4: The study cannot be assessed." in printed
    assert "checklist.csv" in printed
    assert len(list((tmp_path / "out" / "assessed").iterdir())) == 2
    first = (tmp_path / "out" / "study.json").read_text()
    facts = json.loads(first)["facts"]
    assert facts["nDL scores"].startswith("by model by hand 1.2.3 in 2 patients")
    assert "row 4" in (tmp_path / "out" / "study.html").read_text()

    read: list[str] = []

    def remember(study: Path, *arguments: object, **options: object) -> Assessment:
        read.append(study.name)
        return assess(study, *arguments, **options)

    monkeypatch.setattr("core.study.readings.assess", remember)
    assert reproduce(*call) == 0
    assert (tmp_path / "out" / "study.json").read_text() == first
    assert read == []
    assert "Warning: study, row 4: The study cannot be assessed." in capsys.readouterr().out


def test_no_output_names_a_patient_of_the_headers(
    cohort: Path, untrained_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    call = ("--cohort", cohort, "--assess", "--model", untrained_model, "--out", out)
    reproduce(*call, "--bootstrap", "0")
    for file in out.rglob("*.*"):
        content = file.read_bytes()
        assert not any(word in content for word in (b"DOE^", b"JANE", b"MRN-4711")), file


def test_simulated_cohort_is_written_beside_its_results(tmp_path: Path, capsys) -> None:
    call = ("--patients", "572", "--bootstrap", "20", "--entry-p", "0.2", "--out", tmp_path)
    assert reproduce(*call) == 0
    study = json.loads((tmp_path / "study.json").read_text())
    assert study["tables"]["bootstrap"]["image"]["auc"]["expected"] == 0.742
    assert "p < 0.2: " in (tmp_path / "study.html").read_text().replace("&lt;", "<")
    assert (tmp_path / "cohort" / "cohort.csv").is_file()
    assert "Simulated cohort" in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        ("--cohort", "cohort.csv", "--images", "small"),
        ("--assess",),
        ("--entry-p", "0"),
        ("--entry-p", "1.5"),
        ("--bootstrap", "-1"),
        ("--seed", "-1"),
    ],
)
def test_options_that_make_no_study_are_refused(argv, tmp_path: Path) -> None:
    assert reproduce(*argv, "--out", tmp_path) == 2
    assert list(tmp_path.iterdir()) == []
