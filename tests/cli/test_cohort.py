import json
from pathlib import Path

import pytest

from core.cli import cohort
from core.cohort.volumes import MEASURES
from tests.cli.conftest import Call
from tests.cohort.make import write_table

CLEAN = ("patient,expanded,age_years,sex", "a,1,50,male", "b,0,70,female", "c,0,60,male")
FAULTY = ("patient,expanded,gcs", "a,1,17", "b,0,n/a", "c,0,n/a")


def test_clean_table_is_usable(call: Call, tmp_path: Path) -> None:
    code, printed, complaints = call("cohort", "check", write_table(tmp_path, *CLEAN))
    warning, verdict = printed.splitlines()
    assert (code, complaints) == (0, "")
    assert warning.startswith("Warning: study: There is no column of baseline studies")
    assert verdict == "cohort.csv: 3 patients; to mend: 0; warnings: 1"


def test_problems_are_listed_before_the_table_is_refused(call: Call, tmp_path: Path) -> None:
    code, printed, complaints = call("cohort", "check", write_table(tmp_path, *FAULTY))
    lines = printed.splitlines()
    assert code == 4
    assert lines[0].startswith("Refusal: gcs, row 2: Glasgow Coma Scale (gcs) is 17; 3 to 15")
    assert lines[1].startswith("Warning: gcs, rows 3, 4: Glasgow Coma Scale (gcs) is a word for")
    assert complaints.startswith("error: cohort.csv has 1 problem(s) that must be mended")


def test_check_as_json_has_row_column_message_and_remedy(call: Call, tmp_path: Path) -> None:
    code, printed, _ = call("cohort", "check", write_table(tmp_path, *FAULTY), "--json")
    found = json.loads(printed)
    assert code == 4
    assert (found["patients"], found["usable"], len(found["problems"])) == (3, False, 4)
    wrong = found["problems"][1]
    assert (wrong["row"], wrong["column"], wrong["severity"]) == (2, "gcs", "refusal")
    assert wrong["message"]
    assert wrong["remedy"]


def test_description_has_the_rate_and_each_variable_by_outcome(call: Call, tmp_path: Path) -> None:
    code, printed, _ = call("cohort", "describe", write_table(tmp_path, *CLEAN))
    lines = printed.splitlines()
    assert code == 0
    assert lines[0] == "3 patients, 3 with a known outcome, 1 expanded (33.3 %)"
    # mean of 50, 70, 60 and of 70, 60; one value has no SD
    assert lines[2].split("  ")[0] == "Age, years"
    assert lines[2].split()[2:] == ["60", "±", "10", "50", "±", "—", "65", "±", "7.07", "0"]
    assert lines[3].split()[1:] == ["male", "2", "(66.7", "%)", "1", "(100.0", "%)", "1"] + [
        "(50.0",
        "%)",
        "0",
    ]
    assert "Research use only" in lines[-1]


def test_description_as_json(call: Call, tmp_path: Path) -> None:
    code, printed, _ = call("cohort", "describe", write_table(tmp_path, *CLEAN), "--json")
    found = json.loads(printed)
    assert code == 0
    assert found["outcome_rate"] == pytest.approx(1 / 3)
    age = found["variables"][0]
    assert (age["name"], age["all"]) == (
        "age_years",
        {"n": 3, "missing": 0, "mean": 60.0, "sd": 10.0},
    )


def test_definition_can_be_chosen(call: Call, tmp_path: Path) -> None:
    path = write_table(
        tmp_path, "patient,volume_ml,follow_up_volume_ml", "a,30,36", "b,30,37", "c,30,31"
    )
    for definition, expanded in (("conventional", 2), ("conventional-strict", 1)):
        _, printed, _ = call("cohort", "describe", path, "--json", "--definition", definition)
        assert json.loads(printed)["expanded"] == expanded


def test_faulty_table_is_not_described(call: Call, tmp_path: Path) -> None:
    code, printed, complaints = call("cohort", "describe", write_table(tmp_path, *FAULTY))
    assert (code, printed) == (4, "")
    assert "`cohort check`" in complaints


def test_masks_are_opened_only_when_they_are_to_be_measured(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.nii.gz").write_bytes(b"no image")
    path = write_table(tmp_path, "patient,expanded,mask", "a,1,a.nii.gz")
    assert call("cohort", "check", path)[0] == 0
    code, printed, _ = call("cohort", "check", path, "--volumes", "segmentation")
    assert code == 4
    assert "mask, row 2: The NIfTI file a.nii.gz cannot be read" in printed


def test_absent_table_is_a_usage_error(call: Call, tmp_path: Path) -> None:
    code, printed, complaints = call("cohort", "check", tmp_path / "cohort.csv")
    assert (code, printed) == (2, "")
    assert complaints.startswith("error: The table cohort.csv cannot be read")


def test_every_measure_can_be_named() -> None:
    assert list(cohort._VOLUMES) == ["given", *MEASURES]
