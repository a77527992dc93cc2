"""What does the paper's study find on these patients?"""

from functools import partial

import streamlit as st

from app import session, shared
from app.loaded_model import loaded_model
from app.widgets.cohort.assess_progress import assess_progress
from app.widgets.cohort.cohort_description import cohort_description
from app.widgets.cohort.study_options import StudyOptions, study_options
from app.widgets.cohort.study_results import study_download, study_figures, study_tables
from app.widgets.common.notices import show_error
from app.widgets.common.table_problems import show_problems, table_refusals, table_warnings
from app.widgets.common.table_source import table_source
from core.assets import data_folder
from core.cohort.describe import describe
from core.cohort.table import CohortTable
from core.errors import HescopeError
from core.progress import part
from core.study.assess_cohort import assess_cohort
from core.study.reproduce import reproduce
from core.study.result import StudyResult


def run_study(table: CohortTable, options: StudyOptions) -> tuple[CohortTable, StudyResult]:
    """The study, and the table with what the studies of its patients showed."""
    reader, begun = None, 0.0
    with assess_progress("Fitting the models") as progress:
        if options.read_studies:
            begun = 0.9
            table, reader = assess_cohort(
                table,
                loaded_model(),
                data_folder() / "readings",
                definition=options.plan.definition,
                turn=shared.queue().do,
                progress=part(progress, 0.0, begun),
            )
        progress("Fitting the models", begun)
        result = reproduce(
            table,
            options.plan,
            reader=reader,
            progress=part(progress, begun, 1.0),
        )
    return table, result


table = table_source(
    "What does the paper's study find on your patients?",
    "Open a table with one row a patient. HEscope checks it, describes the patients, and repeats "
    "the study of Lee 2024 on them: Tables 1 to 3, ROC and calibration, each number beside the "
    "printed one.",
)
table_refusals(table)
how, go, take = st.columns([6, 2, 2], vertical_alignment="bottom")
with how:
    options = study_options(table)
key = session.table_key(f"study {options}")
asked = session.table_key(f"asked {options}")
ask = partial(session.set_value, asked, True)  # noqa: FBT003  the value, not a switch
go.button("Run the study", type="primary", width="stretch", on_click=ask)
if session.value(asked):
    try:
        read, result = run_study(table, options)
    except HescopeError as error:
        session.set_value(asked, None)
        show_error(error)
    else:
        session.set_value(asked, None)
        session.set_table(read)
        session.set_value(key, result)
        st.rerun()
found: StudyResult | None = session.value(key)
shown = ["Tables", "Figures"] if found else []
tabs = st.tabs([*shown, "Patients", f"Warnings ({len(table_warnings(table))})"])
if found:
    with take:
        study_download(found)
    with tabs[0]:
        study_tables(found)
    with tabs[1]:
        study_figures(found)
with tabs[-2]:
    cohort_description(describe(table, options.plan.definition))
with tabs[-1]:
    show_problems(table_warnings(table))
