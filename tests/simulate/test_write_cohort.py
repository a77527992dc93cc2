from pathlib import Path

import pytest

from core.cohort.read import read_cohort_table
from core.errors import UsageError
from core.simulate.cohort import simulate_cohort
from core.simulate.write_cohort import write_cohort

N = 20


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the patients that were made, each in a moment: one file instead of CTs."""
    names: list[str] = []

    def write(folder: Path, patient, size, *, seed) -> None:
        folder.mkdir()
        (folder / "seed.txt").write_text(f"{seed} {size}")
        names.append(patient.name)

    monkeypatch.setattr("core.simulate.write_cohort.write_patient", write)
    return names


class Interrupt:
    """Progress that is ended by Ctrl-C at the n-th report."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, stage: str, done: float) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt


def patients(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "patients").iterdir())


def test_table_is_read_back_as_it_was_drawn_and_says_simulated(tmp_path, made):
    path = write_cohort(tmp_path / "cohort", n_patients=572, seed=1)
    table = read_cohort_table(path)
    assert table.refusals == ()
    assert table.simulated
    drawn = simulate_cohort(572, seed=1)
    assert [row.ndl for row in table.rows] == drawn["ndl"].astype(object).where(
        drawn["ndl"].notna(), None
    ).tolist()
    assert [row.clinical.gcs for row in table.rows] == drawn["gcs"].astype(object).where(
        drawn["gcs"].notna(), None
    ).tolist()
    assert made == []


def test_readme_says_simulated_first(tmp_path):
    write_cohort(tmp_path, n_patients=N, seed=1)
    assert (tmp_path / "README.md").read_text().startswith("# SIMULATED: no patient")


def test_interrupted_cohort_has_complete_patients_only_and_goes_on(tmp_path, made):
    with pytest.raises(KeyboardInterrupt):
        write_cohort(tmp_path, n_patients=N, seed=1, images="small", progress=Interrupt(at=7))
    assert patients(tmp_path) == [f"SIM-{number:04d}" for number in range(1, 8)]
    whole = (tmp_path / "cohort.csv").read_bytes()
    write_cohort(tmp_path, n_patients=N, seed=1, images="small")
    assert made == patients(tmp_path) == [f"SIM-{number:04d}" for number in range(1, N + 1)]
    assert (tmp_path / "cohort.csv").read_bytes() == whole


def test_patient_that_is_interrupted_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(folder: Path, *_, seed) -> None:
        folder.mkdir()
        (folder / "half.dcm").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr("core.simulate.write_cohort.write_patient", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_cohort(tmp_path, n_patients=N, seed=1, images="small")
    assert patients(tmp_path) == []


def test_every_patient_has_a_seed_of_its_own(tmp_path):
    write_cohort(tmp_path, n_patients=N, seed=5, images="full")
    seeds = {file.read_text() for file in tmp_path.glob("patients/*/seed.txt")}
    assert seeds == {f"(5, {at}) full" for at in range(N)}


@pytest.mark.parametrize(
    "other", [{"seed": 2}, {"n_patients": N + 1}, {"images": "full"}], ids=lambda other: [*other][0]
)
def test_folder_of_another_cohort_is_refused(tmp_path, other):
    call = {"n_patients": N, "seed": 1, "images": "small"}
    write_cohort(tmp_path, **call)
    with pytest.raises(UsageError, match="is not that of this cohort"):
        write_cohort(tmp_path, **(call | other))


def test_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="folder cohort cannot be written to: Not a directory"):
        write_cohort(tmp_path / "file" / "cohort", n_patients=N, seed=1)
