"""The paper's tables from an analysis, each number beside what was printed."""

import pandas as pd

from core.cohort.frame import OUTCOME
from core.domain import MODEL_KINDS, ModelKind
from core.risk.table2 import LEE_2024_TABLE_2, PrintedOddsRatio
from core.risk.variables import VARIABLES
from core.stats.logistic_fit import FittedOddsRatio
from core.stats.proportion import wilson_interval
from core.study import paper
from core.study.analysis import Analysis, Tested
from core.study.design import TERMS
from core.study.internal_validation import InternalValidation
from core.study.result import Cell, Row, StudyTable

_TERM_LABELS = {
    "age_years": "Age, per year",
    "gcs_moderate": "GCS 9-12 against 13-15",
    "gcs_severe": "GCS 3-8 against 13-15",
    "fibrinogen_mg_dl": "Fibrinogen, per mg/dL",
    "ndl": "nDL score, per unit",
}


def tables(analysis: Analysis, internal: InternalValidation) -> tuple[StudyTable, ...]:
    """Tables 1 to 3, then model fit, calibration and what the bootstrap found."""
    found = (
        table_1(analysis),
        table_2(analysis),
        table_3(analysis),
        model_fit(analysis),
        calibration(analysis),
    )
    return (*found, bootstrap(analysis, internal)) if internal else found


def table_1(analysis: Analysis) -> StudyTable:
    """Patients without and with expansion, and each variable alone."""
    rows = []
    for name, printed in paper.TABLE_1.items():
        level = name.removeprefix("gcs_") if name.startswith("gcs_") else None
        variable = "gcs" if level else name
        if variable not in analysis.frame.columns:
            continue
        without, with_expansion = (
            Cell(_described(analysis.frame, name, expanded=expanded), paper=shown)
            for expanded, shown in ((False, printed.without), (True, printed.with_expansion))
        )
        cells = {"without": without, "with": with_expansion}
        if (cell := _univariable_cell(analysis, name, printed)) is not None:
            cells["odds_ratio"] = cell
        rows.append(Row(name, _label(name), cells))
    counts = analysis.frame[OUTCOME].value_counts()
    titles = {
        "without": f"No expansion, n = {counts.get(False, 0)}",
        "with": f"Expansion, n = {counts.get(True, 0)}",
        "odds_ratio": "Odds ratio [95 % CI] alone",
    }
    note = (
        "Mean ± SD, or count. n: patients in whom the variable is known. The paper's odds ratio of "
        "onset to CT was per minute, and its footnote gives missing values by class."
    )
    return StudyTable("table_1", "Table 1: cohort and single variables", titles, tuple(rows), note)


def table_2(analysis: Analysis) -> StudyTable:
    """Odds ratios of the three models."""
    fitted = {kind: {r.name: r for r in analysis.fits[kind].odds_ratios} for kind in MODEL_KINDS}
    rows = tuple(
        Row(
            term,
            _TERM_LABELS[term],
            {
                kind: _odds_ratio(fitted[kind][term], LEE_2024_TABLE_2[kind].get(term))
                for kind in MODEL_KINDS
                if term in fitted[kind]
            },
        )
        for term in TERMS["integrated"]
    )
    fits = analysis.fits
    note = "; ".join(
        f"{kind}: {fits[kind].method}, {fits[kind].n} training patients, {fits[kind].events} "
        "expansions"
        for kind in MODEL_KINDS
    )
    return StudyTable("table_2", "Table 2: the three models", _kinds(), rows, note)


def table_3(analysis: Analysis) -> StudyTable:
    """Performance on the test patients."""
    titles = {
        "accuracy": "Accuracy",
        "sensitivity": "Sensitivity",
        "specificity": "Specificity",
        "auc": "AUC [95 % CI]",
    }
    rows = tuple(
        Row(kind, f"{kind.capitalize()}-to-HE", _performance(kind, analysis.tested[kind]))
        for kind in MODEL_KINDS
    )
    difference = analysis.comparison
    note = (
        "Threshold: Youden index on the training patients, not on the test as in the paper. "
        f"Integrated less clinical AUC: {difference.difference:+.3f} "
        f"[{difference.ci95[0]:+.3f}, {difference.ci95[1]:+.3f}] (DeLong)."
    )
    return StudyTable("table_3", "Table 3: performance on the test patients", titles, rows, note)


def model_fit(analysis: Analysis) -> StudyTable:
    """AIC and the likelihood ratio test of nDL."""
    rows = [
        Row(
            kind,
            f"AIC, {kind.capitalize()}-to-HE",
            {"value": Cell(analysis.fits[kind].aic, paper=f"{paper.AIC[kind]:g}")},
        )
        for kind in ("clinical", "integrated")
    ]
    if analysis.added is not None:
        cell = Cell(
            analysis.added.statistic, p=analysis.added.p, paper=f"{paper.LIKELIHOOD_RATIO:g}"
        )
        rows.append(Row("likelihood_ratio", "Likelihood ratio of nDL", {"value": cell}))
    chosen = "not possible"
    if analysis.selection:
        labels = [VARIABLES[name].label for name in analysis.selection.variables]
        chosen = ", then ".join(labels) or "none"
    note = (
        "Forward selection among the paper's candidates on the training patients, "
        f"p < {analysis.plan.entry_p:g}: {chosen}."
    )
    if analysis.added is None:
        note += " AIC and likelihood ratio: given only where all models have a maximum likelihood."
    return StudyTable("model_fit", "Model fit", {"value": "Here"}, tuple(rows), note, digits=5)


def calibration(analysis: Analysis) -> StudyTable:
    """Calibration on the test patients."""
    titles = {
        "intercept": "Intercept (0 is right)",
        "slope": "Slope (1 is right)",
        "brier": "Brier",
    }
    rows = tuple(
        Row(
            kind,
            f"{kind.capitalize()}-to-HE",
            {
                "intercept": Cell(found.intercept, found.intercept_ci95),
                "slope": Cell(found.slope, found.slope_ci95),
                "brier": Cell(found.brier),
            },
        )
        for kind in MODEL_KINDS
        if (found := analysis.tested[kind].calibration)
    )
    return StudyTable("calibration", "Calibration on the test patients", titles, rows)


def bootstrap(analysis: Analysis, internal: InternalValidation) -> StudyTable:
    """AUC and calibration slope on the training patients, as they appear and corrected."""
    titles = {
        "apparent_auc": "AUC as it appears",
        "auc": "AUC corrected",
        "slope": "Calibration slope corrected (1 as it appears)",
    }
    rows = tuple(
        Row(
            kind,
            f"{kind.capitalize()}-to-HE",
            {
                "apparent_auc": Cell(found.apparent_auc if found else None),
                "auc": Cell(found.auc if found else None, expected=paper.EXPECTED_AUC[kind]),
                "slope": Cell(found.slope if found else None),
            },
        )
        for kind, found in internal.items()
    )
    note = (
        f"Harrell's correction for optimism, {analysis.plan.n_resamples} bootstrap samples of the "
        "training patients of whom all is known, each fitted anew with the same terms."
    )
    return StudyTable("bootstrap", "Bootstrap on the training patients", titles, rows, note)


def _performance(kind: ModelKind, tested: Tested) -> dict[str, Cell]:
    printed = paper.TABLE_3[kind]
    outcome, flagged = tested.outcome.astype(bool), tested.flagged
    right = flagged == outcome
    parts = (
        ("accuracy", right, printed.accuracy),
        ("sensitivity", right[outcome], printed.sensitivity),
        ("specificity", right[~outcome], printed.specificity),
    )
    cells = {
        name: Cell(
            float(hits.mean()),
            wilson_interval(int(hits.sum()), len(hits)),
            n=len(hits),
            paper=f"{shown.successes / shown.n:.3f} [{shown.ci95[0]:.3f}, {shown.ci95[1]:.3f}]",
        )
        for name, hits, shown in parts
    }
    auc = f"{printed.auc:.2f} [{printed.auc_ci95[0]:.2f}, {printed.auc_ci95[1]:.2f}]"
    cells["auc"] = Cell(
        tested.auc.auc, tested.auc.ci95, paper=auc, expected=paper.EXPECTED_AUC[kind]
    )
    return cells


def _univariable_cell(
    analysis: Analysis, name: str, printed: paper.PrintedUnivariable
) -> Cell | None:
    """Odds ratio of a variable alone, or of one of its levels."""
    found = analysis.univariable.get("gcs" if name.startswith("gcs_") else name)
    if found is None or name == "gcs_mild":
        return None
    if found.fit is None:
        return Cell(None)
    ratio = next(r for r in found.fit.odds_ratios if r.name == name)
    shown = None
    if printed.odds_ratio is not None and printed.ci95 is not None:
        low, high = printed.ci95
        shown = f"{printed.odds_ratio:.2f} [{low:.2f}, {high:.2f}], p {printed.p}"
    return Cell(ratio.value, ratio.ci95, ratio.p, found.fit.n, shown)


def _odds_ratio(found: FittedOddsRatio, printed: PrintedOddsRatio | None) -> Cell:
    shown = None
    if printed is not None:
        low, high = printed.ci95
        shown = f"{printed.value:.2f} [{low:.2f}, {high:.2f}], p {printed.p}"
    return Cell(found.value, found.ci95, found.p, paper=shown)


def _described(frame: pd.DataFrame, name: str, *, expanded: bool) -> str:
    """Mean ± SD of a number, or a count, among the patients with one outcome."""
    part = frame[frame[OUTCOME] == expanded]
    if name.startswith("gcs_"):
        low, high = {"mild": (13, 15), "moderate": (9, 12), "severe": (3, 8)}[name[4:]]
        return str(int(part["gcs"].between(low, high).sum()))
    column = part[name].dropna()
    if name == "sex":
        return f"{(column == 'male').sum()} : {(column == 'female').sum()}"
    if column.dtype == "boolean":
        return f"{int(column.sum())} ({100 * float(column.mean()):.0f}%)"
    return f"{column.mean():.4g} ± {column.std():.3g}"


def _label(name: str) -> str:
    if name.startswith("gcs_"):
        return f"GCS, {name[4:]}"
    if name == "volume_ml":
        return "Hematoma volume, mL"
    variable = VARIABLES[name]
    return f"{variable.label}, {variable.unit}" if variable.unit else variable.label


def _kinds() -> dict[str, str]:
    return {kind: f"{kind.capitalize()}-to-HE" for kind in MODEL_KINDS}
