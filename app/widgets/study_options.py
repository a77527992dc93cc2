"""How the study is done: what counts as expansion, and whether studies are read."""

from dataclasses import dataclass

import streamlit as st

from app import session
from core.cohort.expansion import CONVENTIONAL, DEFINITIONS, ExpansionDefinition
from core.cohort.table import CohortTable

_TABLE_FIRST = f"as the table says, else {CONVENTIONAL.words}"


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What the reader chose; without the name of a definition the table's outcomes are taken."""

    definition_name: str | None
    read_studies: bool

    @property
    def definition(self) -> ExpansionDefinition | None:
        """Definition of expansion."""
        return DEFINITIONS[self.definition_name] if self.definition_name else None


def study_options(table: CohortTable) -> StudyOptions:
    """Definition of expansion; and where there are studies, whether networks read them."""
    # Of an option that is None Streamlit makes a cleared box.
    name = st.selectbox(
        "Expansion is",
        ["", *DEFINITIONS],
        format_func=lambda name: DEFINITIONS[name].words if name else _TABLE_FIRST,
        key=session.table_key("definition"),
        persist_state="session",
    )
    read = any(row.study for row in table.rows) and st.toggle(
        "Read the studies of patients without an nDL score or outcome",
        value=True,
        key=session.table_key("read"),
        persist_state="session",
        help="Some seconds a study. What was read is kept in your data folder, without names, "
        "so that the work goes on where it was ended.",
    )
    return StudyOptions(name or None, read)
