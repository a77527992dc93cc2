"""How the study is done: expansion, missing values, and whether studies are read."""

from dataclasses import dataclass

import streamlit as st

from app import session
from core.cohort.expansion import DEFINITIONS
from core.cohort.table import CohortTable
from core.study.plan import AS_PAPER, MISSING_VALUES, MissingValues, Plan


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What the reader chose; without the name of a definition the table's outcomes are taken."""

    definition_name: str | None
    missing: MissingValues
    read_studies: bool

    @property
    def plan(self) -> Plan:
        """How the study is done."""
        definition = DEFINITIONS[self.definition_name] if self.definition_name else None
        return Plan(definition, self.missing)


def study_options(table: CohortTable) -> StudyOptions:
    """Expansion and missing values; where there are studies, whether networks read them."""
    of_outcome, of_missing = st.columns(2)
    # Of an option that is None Streamlit makes a cleared box.
    name = of_outcome.selectbox(
        "Expansion is",
        ["", *DEFINITIONS],
        format_func=lambda name: DEFINITIONS[name].words if name else AS_PAPER.outcome,
        key=session.table_key("definition"),
        persist_state="session",
    )
    missing = of_missing.selectbox(
        "Models are fitted to",
        MISSING_VALUES,
        format_func=MISSING_VALUES.__getitem__,
        key=session.table_key("missing"),
        persist_state="session",
        help="They are always tested on patients of whom all is known.",
    )
    read = any(row.study for row in table.rows) and st.toggle(
        "Read the studies of patients without an nDL score or outcome",
        value=True,
        key=session.table_key("read"),
        persist_state="session",
        help="Some seconds a study. What was read is kept in your data folder, without names, "
        "so that the work goes on where it was ended.",
    )
    return StudyOptions(name or None, missing, read)
