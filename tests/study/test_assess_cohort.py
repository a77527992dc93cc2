import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.cohort.outcome import outcome
from core.cohort.table import CohortProblem, CohortRow, CohortTable
from core.domain import Assessment, ClinicalFindings, ModelIdentity, Severity
from core.errors import ClinicalDataError, StudyUnusableError
from core.models.folder import Model
from core.pipeline import assess
from core.progress import Cancelled
from core.study.assess_cohort import assess_cohort
from tests.dicom.make import axial_geometry, head_hu, write_ct_series
from tests.report.make import make_assessment


def cohort(*rows: CohortRow, problems: tuple[CohortProblem, ...] = ()) -> CohortTable:
    return CohortTable(Path("cohort.csv"), ("patient", "study"), rows, problems)


def patient(number: int, study: Path, **values: object) -> CohortRow:
    return CohortRow(number, f"p{number}", study=study, **values)


class Networks:
    """Stands for the networks: a hematoma of 0.1 mL a pixel and nDL 33, or what a study says."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def input_of(self, study: Path) -> str:
        return f"{study.name} {(study / 'pixels').read_text()}"

    def __call__(self, study: Path, clinical: ClinicalFindings, model: Model, **_) -> Assessment:
        self.read.append(study.name)
        if (study / "unusable").exists():
            raise StudyUnusableError("Found no head CT, expected one.", "Export it again.")
        mask = np.zeros((3, 30, 30), bool)
        pixels = int((study / "pixels").read_text())
        mask[1].flat[:pixels] = True
        # 4.472 mm squared x 5 mm slices = 0.1 mL a pixel
        return make_assessment(mask, pixel_mm=20**0.5, ndl=33.0 if pixels else None)


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> Networks:
    made = Networks()
    monkeypatch.setattr("core.study.readings.assess", made)
    monkeypatch.setattr("core.study.readings.input_of", made.input_of)
    return made


@pytest.fixture
def study(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, pixels: int = 100) -> Path:
        folder = tmp_path / "studies" / name
        folder.mkdir(parents=True)
        (folder / "pixels").write_text(str(pixels))
        return folder

    return write


def test_ndl_and_volume_are_those_of_the_study(head: Path, model: Model, tmp_path: Path) -> None:
    table, reader = assess_cohort(cohort(patient(2, head)), model, tmp_path)
    alone = assess(head, ClinicalFindings(), model)
    (row,) = table.rows
    assert alone.ndl is not None
    assert (row.ndl, row.l5_hu, row.volume_ml) == (alone.ndl, alone.l5_hu, alone.volume_ml)
    assert {"ndl", "l5_hu", "volume_ml"} <= set(table.columns)
    assert reader.scored == {2}


def test_known_ndl_is_kept_and_its_study_not_read(networks, model, study, tmp_path) -> None:
    table, reader = assess_cohort(cohort(patient(2, study("a"), ndl=12.5)), model, tmp_path)
    assert table.rows[0].ndl == 12.5
    assert (networks.read, reader.scored) == ([], frozenset())


def test_drawn_ndl_of_a_simulated_patient_gives_way(networks, model, study, tmp_path) -> None:
    rows = (
        patient(2, study("a"), ndl=12.5, simulated=True),
        CohortRow(3, "p3", ndl=12.5, simulated=True),
    )
    table, reader = assess_cohort(cohort(*rows), model, tmp_path)
    assert [row.ndl for row in table.rows] == [33.0, 12.5]
    assert reader.scored == {2}


def test_each_study_is_read_once(networks, model, study, tmp_path) -> None:
    table = cohort(patient(2, study("a")), patient(3, study("b", 50)))
    first, _ = assess_cohort(table, model, tmp_path / "assessed")
    again, _ = assess_cohort(table, model, tmp_path / "assessed")
    assert networks.read == ["a", "b"]
    assert first.rows == again.rows
    assert [row.volume_ml for row in again.rows] == pytest.approx([10.0, 5.0])


def test_cancelled_work_goes_on_where_it_ended(networks, model, study, tmp_path) -> None:
    table = cohort(*(patient(number, study(str(number))) for number in (2, 3, 4)))

    def cancel_at_third(stage: str, done: float) -> None:
        if stage.startswith("Patient 3 of 3"):
            raise Cancelled

    with pytest.raises(Cancelled):
        assess_cohort(table, model, tmp_path / "assessed", progress=cancel_at_third)
    assert len(list((tmp_path / "assessed").glob("*.json"))) == 2
    read, _ = assess_cohort(table, model, tmp_path / "assessed")
    assert networks.read == ["2", "3", "4"]
    assert [row.ndl for row in read.rows] == [33.0, 33.0, 33.0]


def test_changed_study_and_other_model_are_read_anew(networks, model, study, tmp_path) -> None:
    folder = study("a")
    table = cohort(patient(2, folder))
    assess_cohort(table, model, tmp_path / "assessed")
    (folder / "pixels").write_text("50")
    changed, _ = assess_cohort(table, model, tmp_path / "assessed")
    other = replace(model, identity=ModelIdentity("other", "1", "f" * 64, "PyTorch float32"))
    assess_cohort(table, other, tmp_path / "assessed")
    assert networks.read == ["a", "a", "a"]
    assert changed.rows[0].volume_ml == pytest.approx(5.0)


def test_study_is_judged_by_its_images_and_a_dangling_link_is_nothing(
    head: Path, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def remember(study: Path, *arguments: object, **options: object) -> Assessment:
        read.append(study.name)
        return assess(study, *arguments, **options)

    monkeypatch.setattr("core.study.readings.assess", remember)
    folder = tmp_path / "copy"
    shutil.copytree(head, folder)
    table = cohort(patient(2, folder))
    assess_cohort(table, model, tmp_path / "assessed")
    (folder / "gone").symlink_to(tmp_path / "nowhere")
    for path in folder.glob("*.dcm"):
        os.utime(path)  # as old as now
    assess_cohort(table, model, tmp_path / "assessed")
    assert read == ["copy"]
    times = [path.stat().st_mtime for path in folder.glob("*.dcm")]
    hu = head_hu()
    hu[3:5, 20:24, 20:24] += 1
    shutil.rmtree(folder)
    write_ct_series(hu, axial_geometry(hu.shape), folder)
    for path in folder.iterdir():
        os.utime(path, (0, min(times)))
    assess_cohort(table, model, tmp_path / "assessed")
    assert read == ["copy", "copy"]


def test_reading_that_is_not_whole_is_made_anew(networks, model, study, tmp_path) -> None:
    table = cohort(patient(2, study("a")))
    assess_cohort(table, model, tmp_path / "assessed")
    (file,) = (tmp_path / "assessed").iterdir()
    file.write_text(file.read_text()[:20])
    read, _ = assess_cohort(table, model, tmp_path / "assessed")
    assert read.rows[0].ndl == 33.0
    assert networks.read == ["a", "a"]


def test_study_that_cannot_be_assessed_is_a_warning_with_row_and_reason(
    networks, model, study, tmp_path
) -> None:
    broken = study("a")
    (broken / "unusable").touch()
    table, reader = assess_cohort(
        cohort(patient(2, broken, volume_ml=7.0), patient(3, study("b"))), model, tmp_path
    )
    (problem,) = table.problems
    assert (problem.row, problem.column, problem.severity) == (2, "study", Severity.WARNING)
    assert "cannot be assessed. Found no head CT" in problem.message
    assert [row.ndl for row in table.rows] == [None, 33.0]
    assert [row.volume_ml for row in table.rows] == pytest.approx([7.0, 10.0])
    assert reader.scored == {3}


def test_archive_that_is_damaged_is_not_named(model: Model, tmp_path: Path) -> None:
    archive = tmp_path / "DOE_JANE.zip"
    archive.write_bytes(b"no archive")
    table, _ = assess_cohort(cohort(patient(2, archive)), model, tmp_path / "assessed")
    (problem,) = table.problems
    assert "The archive of this row is damaged" in problem.message


def test_study_without_hematoma_gives_neither_ndl_nor_volume(networks, model, study, tmp_path):
    # 0 mL would be a number to grow from.
    table, reader = assess_cohort(cohort(patient(2, study("a", 0))), model, tmp_path)
    assert (table.rows[0].ndl, table.rows[0].volume_ml) == (None, None)
    assert reader.scored == frozenset()


def test_findings_of_a_study_name_its_row(model: Model, tmp_path: Path) -> None:
    hu, folder = head_hu(), tmp_path / "contrast"
    write_ct_series(hu, axial_geometry(hu.shape), folder, {"ContrastBolusAgent": "Iohexol"})
    for _ in range(2):  # the networks' reading, then the kept one
        table, _ = assess_cohort(cohort(patient(7, folder)), model, tmp_path / "assessed")
        found = [(p.row, p.column) for p in table.problems if "contrast agent" in p.message]
        assert found == [(7, "study")]


def test_growth_is_measured_by_the_networks_on_both_scans(networks, model, study, tmp_path) -> None:
    # 10 mL to 16 mL: at least 6 mL; the 15.5 mL by hand would have made it 0.5 mL.
    row = patient(2, study("a", 100), follow_up=study("b", 160), volume_ml=15.5)
    table, _ = assess_cohort(cohort(row), model, tmp_path)
    (read,) = table.rows
    assert (read.volume_ml, read.follow_up_volume_ml) == pytest.approx((10.0, 16.0))
    assert outcome(read) is True
    assert networks.read == ["a", "b"]


def test_follow_up_is_not_read_where_the_outcome_is_known(networks, model, study, tmp_path):
    rows = (
        patient(2, study("a"), follow_up=study("b"), expanded=False, volume_ml=8.0),
        patient(3, study("c"), follow_up=study("d"), volume_ml=8.0, follow_up_volume_ml=9.0),
    )
    table, _ = assess_cohort(cohort(*rows), model, tmp_path)
    assert networks.read == ["a", "c"]
    assert [row.volume_ml for row in table.rows] == [8.0, 8.0]


def test_follow_up_that_fails_leaves_the_outcome_unknown(networks, model, study, tmp_path) -> None:
    broken = study("b")
    (broken / "unusable").touch()
    row = patient(2, study("a"), follow_up=broken, volume_ml=15.5)
    table, _ = assess_cohort(cohort(row), model, tmp_path)
    (read,) = table.rows
    assert (read.ndl, read.volume_ml, outcome(read)) == (33.0, 15.5, None)
    assert [(p.row, p.column) for p in table.problems] == [(2, "follow_up")]


def test_table_to_be_mended_is_refused_before_anything_is_read(networks, model, study, tmp_path):
    problem = CohortProblem(2, "gcs", "17 found.", "Correct it.")
    with pytest.raises(ClinicalDataError):
        assess_cohort(cohort(patient(2, study("a")), problems=(problem,)), model, tmp_path)
    assert networks.read == []


def test_progress_rises_from_patient_to_patient(networks, model, study, tmp_path) -> None:
    seen = []
    table = cohort(patient(2, study("a")), patient(3, study("b")))
    assess_cohort(table, model, tmp_path, progress=lambda stage, done: seen.append((stage, done)))
    assert [done for _, done in seen] == sorted(done for _, done in seen)
    assert seen[0][0].startswith("Patient 1 of 2: ")
    assert seen[-1][0].startswith("Patient 2 of 2: ")


def test_readings_hold_no_identifier(head: Path, model: Model, tmp_path: Path) -> None:
    table = cohort(CohortRow(2, "Doe, Jane", study=head))
    read, _ = assess_cohort(table, model, tmp_path / "assessed")
    (file,) = (tmp_path / "assessed").iterdir()
    written = file.name + file.read_text() + " ".join(p.message for p in read.problems)
    assert set(json.loads(file.read_text())) == {"ndl", "l5_hu", "volume_ml", "findings"}
    assert not any(word in written.upper() for word in ("DOE", "JANE", "4711"))
