import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.opening_table import example_csv
from app.widgets.cohort.study_results import zipped
from core.cohort.columns import COLUMNS
from core.cohort.table import CohortTable
from core.progress import part
from core.study.reproduce import reproduce
from core.study.result import StudyResult
from tests.app.test_assessment_page import html
from tests.app.test_home_page import click
from tests.cohort.make import write_table
from tests.cohort.test_messy_table import FAULTS, HEADER, ROWS
from tests.study.make import QUICK

OpenApp = Callable[..., AppTest]
PAGE = "views/cohort.py"
SIMULATE = "Simulate the paper's cohort (572 patients)"
SIMULATED = "Simulated cohort: no number on this page comes from a patient."


@pytest.fixture
def page(open_app: OpenApp) -> AppTest:
    return open_app(page=PAGE)


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    for study in ("p01", "p02"):
        (tmp_path / "ct" / study).mkdir(parents=True)
    return write_table(tmp_path, HEADER, *ROWS)


def upload(page: AppTest, name: str, content: bytes) -> AppTest:
    return page.file_uploader[0].upload(name, content, "text/csv").run()


def open_path(page: AppTest, path: Path) -> AppTest:
    page.text_input[0].set_value(str(path))
    return click(page, "Open this table")


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_newcomer_sees_the_paper_s_study_on_simulated_patients(page: AppTest) -> None:
    page = click(page, SIMULATE)
    assert SIMULATED in html(page)
    assert "572 simulated patients, 569 with a known outcome, 114 expanded (20.0 %)" in html(page)
    page = click(page, "Run the study")
    assert SIMULATED in html(page)
    assert "Table 3: performance on the test patients" in html(page)
    assert "<small>paper 1.10 [1.07, 1.14], p &lt;0.001</small>" in html(page)
    charts = page.get("plotly_chart")
    saved = {json.loads(chart.proto.config)["toImageButtonOptions"]["filename"] for chart in charts}
    assert saved == {
        "hescope-simulated-figure-3a",
        "hescope-simulated-figure-3b",
        "hescope-simulated-decision-curve",
    }
    for chart in charts:
        assert "Simulated cohort" in json.loads(chart.proto.spec)["layout"]["title"]["text"]
    assert page.get("download_button")[0].proto.label == "Download the study"


def test_result_is_kept_while_the_table_is_open_and_hangs_on_the_definition(page: AppTest) -> None:
    page = click(click(page, SIMULATE), "Run the study")
    page.selectbox[0].set_value("rhe2").run()
    assert "Table 3" not in html(page)
    page.selectbox[0].set_value("").run()
    assert "Table 3" in html(page)
    page = click(page, "Open another table")
    assert SIMULATE in labels(page)
    assert SIMULATED not in html(page)


def test_messy_table_lists_what_to_mend_apart_from_warnings_and_runs_nothing(
    page: AppTest, messy: Path
) -> None:
    page = open_path(page, messy)
    assert "To mend before the table can be used" in html(page)
    refusals, warnings = (shown.value for shown in page.dataframe)
    for row, column, severity, words in FAULTS:
        shown = refusals if severity == "refusal" else warnings
        at = shown[(shown["Row"].isna() if row is None else shown["Row"] == row)]
        found = at[at["Column"].isna() if column is None else at["Column"] == column]
        assert words in " ".join(found["Found and expected"])
        assert found["Do this"].all()
    assert labels(page) == ["Open another table"]


def test_upload_is_read_and_not_kept(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    page = upload(page, "my <b>site.csv", b"patient,gcs,expanded\nP1,10,yes\nP2,15,no\n")
    assert "my &lt;b&gt;site.csv" in html(page)
    assert "2 patients, 2 with a known outcome, 1 expanded" in html(page)
    assert list(tmp_path.iterdir()) == []


def test_upload_of_a_closed_table_is_another_widget_that_has_no_file(page: AppTest) -> None:
    before = page.file_uploader[0].key
    page = upload(page, "site.csv", b"patient,gcs\nP1,10\n")
    page = click(page, "Open another table")
    assert page.file_uploader[0].key != before


def test_studies_are_read_only_where_a_table_names_some(page: AppTest, tmp_path: Path) -> None:
    assert not click(page, SIMULATE).toggle
    (tmp_path / "ct").mkdir()
    path = write_table(tmp_path, "patient,study,expanded", "P1,ct,yes")
    page = open_path(click(page, "Open another table"), path)
    assert page.toggle[0].label == "Read the studies of patients without an nDL score or outcome"


def test_part_of_the_work_moves_the_bar_within_its_share() -> None:
    seen: list[tuple[str, float]] = []
    report = part(lambda stage, done: seen.append((stage, done)), 0.5, 0.9)
    report("Fitting", 0.25)
    assert seen == [("Fitting", pytest.approx(0.6))]


def test_folder_stands_for_the_table_in_it(page: AppTest, tmp_path: Path) -> None:
    write_table(tmp_path, "patient,gcs", "P1,10")
    assert "cohort.csv" in html(open_path(page, tmp_path))


def test_upload_that_is_no_table_is_refused_where_the_user_looks(page: AppTest) -> None:
    page = upload(page, "picture.csv", b"\x89PNG\0\0")
    (error,) = page.error
    assert "expected a CSV file" in error.value
    assert SIMULATE in labels(page)


def test_wrong_path_shows_message_and_remedy(page: AppTest, tmp_path: Path) -> None:
    (error,) = open_path(page, tmp_path / "absent.csv").error
    assert "cannot be read" in error.value
    assert "Check its path" in error.value


def test_table_of_too_few_patients_says_so_and_stays_open(page: AppTest, tmp_path: Path) -> None:
    path = write_table(tmp_path, "patient,gcs,ndl,expanded", "P1,10,20,yes", "P2,15,10,no")
    page = click(open_path(page, path), "Run the study")
    (error,) = page.error
    assert "at least 5 expected" in error.value
    assert "2 patients, 2 with a known outcome" in html(page)


@pytest.fixture(scope="module")
def result(simulated: CohortTable) -> StudyResult:
    return reproduce(simulated, QUICK)


def test_download_holds_the_whole_study(result: StudyResult) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(result))) as archive:
        names = set(archive.namelist())
        document = json.loads(archive.read("study.json"))
    assert {"study.html", "study.json", "table_1.csv", "table_2.csv", "table_3.csv"} <= names
    assert document == json.loads(json.dumps(result.document()))


def test_first_look_explains_every_column_and_gives_a_table_to_begin_with(page: AppTest) -> None:
    body = html(page)
    for column in COLUMNS:
        assert f"<th>{column}</th>" in body
    assert "3 to 15" in body
    assert any("Example table" in one.label for one in page.get("download_button"))


def test_example_table_can_be_opened_and_says_that_it_is_simulated(page: AppTest) -> None:
    page = upload(page, "cohort.csv", example_csv())
    assert SIMULATED in html(page)
    assert "20 patients" in html(page)
