"""The paper's study on a cohort: its tables and figures again, beside what it printed."""
