"""The paper's study on a cohort, end to end."""

from core.cohort.frame import OUTCOME
from core.cohort.in_words import problem_lines
from core.cohort.table import CohortProblem, CohortTable
from core.models.card import ModelCard
from core.progress import Progress, part, silent
from core.study.analysis import Analysis, analyse
from core.study.assess_cohort import SCANS, Reader
from core.study.conduct import Conduct
from core.study.design import TEST, TRAIN, is_complete
from core.study.figures import figures
from core.study.internal_validation import internal_validation
from core.study.panels import no_panels, panels
from core.study.patients import patients_with_outcome
from core.study.plan import AS_PAPER, MISSING_VALUES, Plan
from core.study.result import StudyResult
from core.study.tables import tables
from core.study.tripod import checklist

_ANALYSED, _RESAMPLED = 0.3, 0.7
"""Shares of the work; the last is drawing Fig. 4."""


def reproduce(
    table: CohortTable,
    plan: Plan = AS_PAPER,
    *,
    reader: Reader | None = None,
    progress: Progress = silent,
) -> StudyResult:
    """Tables and figures of a cohort whose patients have an nDL score and an outcome.

    Patients without an outcome are left out, and counted.  ``reader`` is what ``assess_cohort``
    read the studies with; it draws Fig. 4.

    Raises
    ------
    ClinicalDataError
        The table has something to mend, no nDL score, or too few patients.
    """
    frame, split = patients_with_outcome(table, plan.definition)
    analysis = analyse(frame, split, plan, part(progress, 0.0, _ANALYSED))
    internal = internal_validation(analysis, part(progress, _ANALYSED, _RESAMPLED))
    ndl_source, card = _ndl_origin(table, reader)
    conduct = Conduct(
        analysis,
        table.simulated,
        patients=len(table.rows),
        split_given=is_complete(split),
        ndl_source=ndl_source,
        card=card,
    )
    return StudyResult(
        simulated=table.simulated,
        facts=_facts(conduct),
        tables=tables(analysis, internal),
        figures=figures(analysis),
        panels=panels(analysis, table, reader.model, part(progress, _RESAMPLED, 1.0))
        if reader
        else no_panels(),
        checklist=checklist(conduct),
        warnings=_warnings(analysis, table),
    )


def _ndl_origin(table: CohortTable, reader: Reader | None) -> tuple[str, ModelCard | None]:
    """Where the nDL scores are from, in words; the card of the model if all are its own."""
    known = [row.number for row in table.rows if row.ndl is not None]
    if reader is None or not reader.scored:
        return "as the table has them", None
    card = reader.model.card
    words = f"by model {card.name} {card.version}"
    given = len(set(known) - reader.scored)
    if given:
        return f"{words} in {len(reader.scored)} patients, as the table has them in {given}", None
    return words, card


def _facts(conduct: Conduct) -> dict[str, str | int | float]:
    analysis = conduct.analysis
    counts = analysis.split.value_counts()
    return {
        "Patients": len(analysis.frame),
        "Expansions": int(analysis.frame[OUTCOME].sum()),
        "Left out, outcome unknown": conduct.left_out,
        "Expansion is": analysis.plan.outcome,
        "nDL scores": conduct.ndl_source,
        "Split": conduct.split,
        "Training patients": int(counts.get(TRAIN, 0)),
        "Test patients": int(counts.get(TEST, 0)),
        "Test patients with everything known": len(analysis.tested["integrated"].outcome),
        "Models are fitted to": MISSING_VALUES[analysis.plan.missing],
        "Seed": analysis.plan.seed,
    }


def _warnings(analysis: Analysis, table: CohortTable) -> tuple[str, ...]:
    found = [f"{f.message} {f.remedy}" for fit in analysis.fits.values() for f in fit.findings]
    found += [
        f"{kind.capitalize()}-to-HE on the test patients: {f.message}"
        for kind, tested in analysis.tested.items()
        for f in tested.calibration.findings
    ]
    found += problem_lines(_of_studies(table))
    return tuple(dict.fromkeys(found))


def _of_studies(table: CohortTable) -> list[CohortProblem]:
    """What reading the studies brought to light; not that a patient has none."""
    given = {(row.number, scan) for row in table.rows for scan in SCANS if getattr(row, scan)}
    return [problem for problem in table.problems if (problem.row, problem.column) in given]
