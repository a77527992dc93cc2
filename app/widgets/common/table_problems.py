"""What is wrong with a cohort's table, row by row."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.cohort.table import CohortProblem, CohortTable
from core.domain import Severity

_ROW_PX, _TALL_PX = 64, 448  # cells of two lines wrap from 4 rem on


def table_refusals(table: CohortTable) -> None:
    """What must be mended before the table is used; the page ends here if there is anything."""
    if table.refusals:
        st.html(
            '<h2 class="he-h2">To mend before the table can be used</h2><p class="he-note">A value '
            "that cannot be read counts as unknown: to go on would lose it unseen. Correct the "
            "file, then open it again.</p>"
        )
        show_problems(table.refusals)
        st.html('<h2 class="he-h2">Warnings</h2>')
        show_problems(table_warnings(table))
        st.stop()


def table_warnings(table: CohortTable) -> tuple[CohortProblem, ...]:
    """Problems that do not keep the table from being used."""
    return tuple(p for p in table.problems if p.severity is not Severity.REFUSAL)


def show_problems(problems: Sequence[CohortProblem]) -> None:
    """Problems as a table: where, what was found and expected, what to do."""
    if not problems:
        st.caption("Nothing to note.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "Row": problem.row,
                "Column": problem.column,
                "Found and expected": problem.message,
                "Do this": problem.remedy,
            }
            for problem in problems
        ),
        hide_index=True,
        height=min(_TALL_PX, 38 + _ROW_PX * len(problems)),
        row_height=_ROW_PX,
        placeholder="all",
        column_config={
            "Row": st.column_config.NumberColumn(
                width=60, help="Of the spreadsheet, its header being row 1."
            ),
            "Column": st.column_config.TextColumn(width=140),
            "Found and expected": st.column_config.TextColumn(width=600),
            "Do this": st.column_config.TextColumn(width=480),
        },
    )
