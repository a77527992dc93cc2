import pytest

from core.cohort.columns import COLUMNS, MEASURES
from core.cohort.read import read_cohort_table
from core.cohort.table import CohortRow, refuse_if_unusable
from core.domain import ClinicalFindings, Severity
from core.errors import ClinicalDataError, UsageError
from tests.cohort.make import problems_of, read_lines, write_table


@pytest.fixture
def folder(tmp_path):
    for study in ("p1", "p2", "late/p1"):
        (tmp_path / study).mkdir(parents=True)
    for mask in ("p1.nii.gz", "p1_late.nii.gz"):
        (tmp_path / mask).touch()
    return tmp_path


def test_columns_are_the_fields_of_a_row():
    fields = set(CohortRow.__dataclass_fields__) - {"number", "clinical"}
    clinical = set(ClinicalFindings.__dataclass_fields__)
    assert set(COLUMNS) == fields | clinical
    assert not clinical & set(MEASURES)


def test_full_row_is_read(folder):
    table = read_lines(
        folder,
        "patient,study,mask,follow_up,follow_up_mask,volume_ml,follow_up_volume_ml,expanded,split,"
        "ivh_follow_up,ivh_volume_ml,ivh_follow_up_volume_ml,ndl,l5_hu,age_years,gcs,sex,anticoagulant",
        "007,p1,p1.nii.gz,late\\p1,p1_late.nii.gz,12.5,20,1,train,no,0,0,31.5,-16.2,65,10,Female,0",
    )
    (row,) = table.rows
    assert row == CohortRow(
        number=2,
        patient="007",
        study=folder / "p1",
        mask=folder / "p1.nii.gz",
        follow_up=folder / "late/p1",
        follow_up_mask=folder / "p1_late.nii.gz",
        volume_ml=12.5,
        follow_up_volume_ml=20.0,
        expanded=True,
        split="train",
        ivh_follow_up=False,
        ivh_volume_ml=0.0,
        ivh_follow_up_volume_ml=0.0,
        ndl=31.5,
        l5_hu=-16.2,
        clinical=ClinicalFindings(age_years=65.0, gcs=10, sex="female", anticoagulant=False),
    )
    assert table.problems == ()
    refuse_if_unusable(table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_comma_semicolon_and_mark_of_excel_are_read(folder, encoding, separator):
    lines = ["patient,study,expanded,age_years", "a,p1,0,65", "b,p2,1,70.5"]
    table = read_lines(folder, *(x.replace(",", separator) for x in lines), encoding=encoding)
    assert [row.clinical.age_years for row in table.rows] == [65, 70.5]
    assert [row.expanded for row in table.rows] == [False, True]
    assert table.problems == ()


def test_blank_rows_and_columns_of_excel_are_no_rows_and_keep_the_numbers(folder):
    table = read_lines(folder, "patient;study;expanded;;", "a;p1;1;;", ";;;;", "", "b;p2;0;;")
    assert [row.number for row in table.rows] == [2, 5]
    assert table.problems == ()


def test_quoted_separator_and_line_break_stay_in_their_cell(folder):
    table = read_lines(folder, "patient,study,expanded,note", 'a,p1,1,"x, y\nz"', "b,p2,0,")
    assert [(row.number, row.patient) for row in table.rows] == [(2, "a"), (3, "b")]


def test_row_of_another_length_is_not_read(folder):
    table = read_lines(
        folder, "patient,study,expanded,age_years", "a,p1,1,65,5", "b,p2,1", "c,p2,1,65"
    )
    assert [row.patient for row in table.rows] == ["c"]
    long, short = problems_of(table, None)
    assert (long.row, long.severity) == (2, Severity.REFUSAL)
    assert "has 5 cells, the header 4" in long.message
    assert "decimal comma" in long.remedy
    assert (short.row, "has 3 cells" in short.message) == (3, True)


def test_letters_of_an_old_encoding_are_a_problem_and_no_crash(folder):
    table = read_lines(
        folder, "patient,study,expanded,note", "a,p1,1,x", "b,p2,0,für", encoding="cp1252"
    )
    (problem,) = problems_of(table, None)
    assert (problem.row, problem.severity) == (3, Severity.REFUSAL)
    assert "CSV UTF-8" in problem.remedy
    assert len(table.rows) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\n",
        b"PK\x03\x04\x00\x00workbook",
        "patient,study\n1,p1\n".encode("utf-16"),
        b"Jane Doe,65,10\nJohn Roe,70,15\n",
        b"patient\tstudy\n1\tp1\n",
        b"patient,study\n",
        b"patient,study\n1," + b'"' + b"x" * 200_000,
    ],
)
def test_what_is_no_table_is_refused_without_its_content(tmp_path, content):
    path = tmp_path / "cohort.csv"
    path.write_bytes(content)
    with pytest.raises(ClinicalDataError) as refusal:
        read_cohort_table(path)
    assert refusal.value.message.startswith("cohort.csv ")
    assert "CSV UTF-8" in refusal.value.remedy
    assert "Doe" not in str(refusal.value)


def test_absent_file_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match=r"The table cohort\.csv cannot be read: No such file"):
        read_cohort_table(tmp_path / "cohort.csv")


def test_absent_file_of_a_patient_is_named_by_row_and_column_alone(folder):
    table = read_lines(
        folder, "patient,study,mask,expanded", "a,Doe^Jane,p1.nii.gz,1", "b,p2,p1,0", "c,,,0"
    )
    absent, blank = problems_of(table, "study")
    assert (absent.row, absent.severity) == (2, Severity.REFUSAL)
    assert "no file or folder" in absent.message
    assert "Doe" not in absent.message + absent.remedy
    assert (blank.row, blank.severity) == (4, Severity.WARNING)
    (no_mask,) = problems_of(table, "mask")
    assert (no_mask.row, "no NIfTI" in no_mask.message) == (3, True)
    assert [row.study for row in table.rows] == [None, folder / "p2", None]
    assert [row.mask for row in table.rows] == [folder / "p1.nii.gz", None, None]


def test_table_without_studies_can_be_read_with_one_warning(tmp_path):
    table = read_lines(tmp_path, "patient,expanded,gcs", "a,1,9", "b,0,15")
    (problem,) = table.problems
    assert (problem.row, problem.column, problem.severity) == (None, "study", Severity.WARNING)
    assert table.columns == ("patient", "expanded", "gcs")


def test_patient_twice_and_study_twice_are_refused(folder):
    table = read_lines(folder, "patient,study,expanded", "a,p1,1", "a,p1,1", "b,./p1,0")
    assert [(p.row, p.severity) for p in problems_of(table, "patient")] == [(3, Severity.REFUSAL)]
    assert "that of row 2 again" in problems_of(table, "patient")[0].message
    assert [p.row for p in problems_of(table, "study")] == [3, 4]


def test_row_without_a_patient_is_not_read(folder):
    table = read_lines(folder, "patient,study,expanded", ",p1,1", "b,p2,0")
    assert [(row.number, row.patient) for row in table.rows] == [(3, "b")]
    assert [p.row for p in problems_of(table, "patient")] == [2]


def test_what_looks_like_a_name_is_a_warning_that_does_not_repeat_it(folder):
    table = read_lines(folder, "patient,study,expanded", "Doe^Jane,p1,1", "p-2,p2,0")
    (problem,) = table.problems
    assert (problem.row, problem.column, problem.severity) == (2, "patient", Severity.WARNING)
    assert "Doe" not in problem.message


def test_unknown_column_gets_the_nearest_known_name(folder):
    table = read_lines(folder, "patient,study,expanded,age,zzz", "a,p1,1,65,x")
    assert 'did you mean "age_years"?' in problems_of(table, "age")[0].message
    assert "nothing known" in problems_of(table, "zzz")[0].message
    assert table.rows[0].clinical.age_years is None
    assert table.columns == ("patient", "study", "expanded")


def test_column_named_twice_is_refused_and_the_first_is_read(folder):
    table = read_lines(folder, "patient,study,expanded,gcs,gcs", "a,p1,1,9,15")
    (problem,) = table.problems
    assert (problem.row, problem.column, problem.severity) == (1, "gcs", Severity.REFUSAL)
    assert table.rows[0].clinical.gcs == 9


def test_column_without_a_name_is_a_warning(folder):
    table = read_lines(folder, "patient,,study,expanded", "a,x,p1,1")
    (problem,) = table.problems
    assert (problem.severity, "Column 2 has no name" in problem.message) == (Severity.WARNING, True)


def test_column_without_any_value_is_a_warning(folder):
    table = read_lines(folder, "patient,study,expanded,gcs", "a,p1,1,", "b,p2,0, ")
    (problem,) = table.problems
    assert (problem.row, problem.column, problem.severity) == (None, "gcs", Severity.WARNING)


def test_patient_without_an_outcome_is_a_warning_unless_it_can_be_measured(folder):
    table = read_lines(
        folder,
        "patient,study,volume_ml,follow_up,follow_up_volume_ml,expanded",
        "a,,10,,,",
        "b,,,,20,",
        "c,,10,,20,",
        "d,p1,,,20,",
        "e,p2,,late/p1,,",
        "f,,,,,0",
    )
    assert [(p.row, p.severity) for p in problems_of(table, "expanded")] == [
        (2, Severity.WARNING),
        (3, Severity.WARNING),
    ]


def test_outcome_that_its_volumes_contradict_is_a_warning(tmp_path):
    table = read_lines(
        tmp_path, "patient,volume_ml,follow_up_volume_ml,expanded", "a,10,16,0", "b,10,16,1"
    )
    (problem,) = problems_of(table, "expanded")
    assert (problem.row, problem.severity) == (2, Severity.WARNING)
    assert "says not expanded, its volumes (>= 6 mL or >= 33 %) say expanded" in problem.message


def test_split_of_some_patients_only_is_a_warning_for_the_others(tmp_path):
    table = read_lines(tmp_path, "patient,expanded,split", "a,1,train", "b,0,", "c,1,Test")
    assert [(p.row, p.severity) for p in problems_of(table, "split")] == [(3, Severity.WARNING)]
    assert [row.split for row in table.rows] == ["train", None, "test"]


def test_table_with_a_refusal_is_not_used(tmp_path):
    table = read_lines(tmp_path, "patient,expanded,gcs", "a,1,17")
    with pytest.raises(ClinicalDataError, match=r"cohort\.csv has 1 problem\(s\)"):
        refuse_if_unusable(table)


def test_problems_of_columns_come_first_and_then_row_by_row(tmp_path):
    path = write_table(tmp_path, "patient,expanded,gcs,age_years,x", "a,1,2,65,", "b,2,9,-1,")
    rows = [problem.row for problem in read_cohort_table(path).problems]
    assert rows == sorted(rows, key=lambda row: row or 0)
    assert rows[0] is None


def test_table_of_which_no_row_fits_is_read_as_problems(tmp_path):
    table = read_lines(tmp_path, "patient,study,fibrinogen_mg_dl,split", "a,x,3,2,train", "b")
    assert table.rows == ()
    assert [problem.row for problem in table.problems if problem.column is None] == [2, 3]
