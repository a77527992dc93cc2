"""The TRIPOD+AI checklist of a study: what its conduct answers, and what only its authors can.

An item is answered only where nothing that it asks for is left to say.
"""

from dataclasses import dataclass

import pandas as pd

from core.cohort.frame import OUTCOME
from core.domain import MODEL_KINDS, ModelKind
from core.report.provenance import VERSION
from core.stats.logistic_fit import LogisticFit
from core.study.analysis import Analysis
from core.study.conduct import Conduct
from core.study.design import CANDIDATES, TERMS, TEST, TRAIN, design_frame
from core.study.result import AnswerStatus, ChecklistItem
from core.study.tripod_items import TRIPOD_ITEMS


@dataclass(frozen=True, slots=True)
class _Answer:
    status: AnswerStatus
    text: str


_AUTHORS = _Answer("for the authors", "Only the authors can answer.")


def checklist(conduct: Conduct) -> tuple[ChecklistItem, ...]:
    """Every part of TRIPOD+AI in its order, with an answer or the word that it is the authors'."""
    answers = {
        **_on_data(conduct),
        **_on_partition(conduct),
        **_on_models(conduct),
        **_on_output(conduct),
        **_on_results(conduct),
        **_on_use(conduct),
    }
    found = ((item, answers.get(item.number, _AUTHORS)) for item in TRIPOD_ITEMS)
    return tuple(
        ChecklistItem(item.number, item.section, item.asks, answer.status, answer.text)
        for item, answer in found
    )


def _full(text: str) -> _Answer:
    return _Answer("answered", text)


def _part(text: str, missing: str) -> _Answer:
    return _Answer("answered in part", f"{text} The authors must add: {missing}.")


def _on_data(conduct: Conduct) -> dict[str, _Answer]:
    answers = {
        "4": _part(
            "Three models are developed on a part of the cohort and evaluated on the rest.",
            "the aims of the study",
        ),
        "7": _part(_preparation(conduct), "preparation before the table; groups"),
        "8a": _part(
            f"Expansion of the hematoma: {conduct.analysis.plan.outcome}.",
            "time to the follow-up CT, how volumes were measured, why this outcome, groups",
        ),
        "9a": _full(
            "The predictors are those of Lee 2024: age, GCS in three groups, fibrinogen, nDL. "
            f"Forward selection among {', '.join(CANDIDATES)}, which that paper found significant "
            "alone, is reported beside them and changes nothing."
        ),
        "9b": _part(
            f"Names, units and ranges are those of the cohort table. nDL: {conduct.ndl_source}.",
            "how and when each was measured, blinding",
        ),
        "11": _part(
            _missing(conduct), "whether values were filled in or patients left out before the table"
        ),
    }
    if conduct.simulated:
        words = "The table holds simulated patients: no finding of this study is about real ones."
        answers["5a"] = _part(words, "why simulated data, and how they were made")
    return answers


def _preparation(conduct: Conduct) -> str:
    words = (
        "Columns, units and ranges of the table were checked; no value was changed or filled in."
    )
    if conduct.card is None:
        return words
    spec = conduct.card.input
    return (
        f"{words} CTs were checked for quality, findings are in the notes; heads were cut out, "
        f"averaged to {spec.slab_mm:g} mm, windowed to {spec.window_hu[0]:g} to "
        f"{spec.window_hu[1]:g} HU and scaled to {spec.size_px} pixels."
    )


def _missing(conduct: Conduct) -> str:
    analysis = conduct.analysis
    fitted_to = _each(analysis.fits, "n")
    if analysis.training.imputation is None:
        fitted = (
            "Complete cases, nothing imputed. Models were fitted to the training patients in whom "
            f"all their terms are known ({fitted_to})"
        )
    else:
        fitted = (
            f"Models were fitted to the training patients ({fitted_to}), unknown values imputed "
            f"{len(analysis.training.imputation.completed)} times by chained equations with "
            "predictive mean matching from candidates, nDL and outcome, pooled by Rubin's rules,"
        )
    return (
        f"{conduct.left_out} of {conduct.patients} patients were left out because their outcome is "
        f"unknown. {fitted} and tested on the {len(analysis.tested['integrated'].outcome)} test "
        "patients in whom all are known. A study that could not be assessed is in the notes with "
        "its reason."
    )


def _on_partition(conduct: Conduct) -> dict[str, _Answer]:
    counts = conduct.analysis.split.value_counts()
    parts = f"{counts.get(TRAIN, 0)} training and {counts.get(TEST, 0)} test patients"
    apart = f"Split: {conduct.split}."
    used = (
        f"{parts}, by patient. {apart} Models and thresholds were fitted to the training patients "
        "alone; performance is that of the test patients."
    )
    same = "Both parts come from one table with one definition of outcome and predictors."
    return {
        "10": _part(
            f"All patients of the table; {parts}. No sample size was calculated.",
            "why this many, and whether they suffice",
        ),
        "12a": _part(used, "how the split was made") if conduct.split_given else _full(used),
        "16": _part(f"{same} {apart}", "how the two parts differ in setting and eligibility")
        if conduct.split_given
        else _full(f"{same} {apart} So they differ by chance alone."),
        "20c": _full(f"Training against test patients: {_by_split(conduct.analysis)}."),
    }


def _on_models(conduct: Conduct) -> dict[str, _Answer]:
    networks = "where nDL was made" if conduct.card is None else "in making the networks"
    regressions = "None in the three regressions."
    return {
        "12b": _full(
            "Age in years, fibrinogen in mg/dL and nDL (0 to 100) enter linearly on the log-odds, "
            "untransformed; GCS as indicators of 9-12 and 3-8 against 13-15."
        ),
        "12c": _building(conduct),
        "12d": _full("Neither handled nor quantified: the table names no clusters."),
        "12f": _full("None: the models tested are the models fitted."),
        "12g": _full("By the formulas under 22, in the code of `core.stats.logistic_fit`."),
        "13": _part(regressions, f"whether any was used {networks}, and recalibration after it"),
        "14": _part(regressions, f"whether any was used {networks}"),
        "24": _full("No model was updated."),
    }


def _building(conduct: Conduct) -> _Answer:
    plan = conduct.analysis.plan
    methods = ", ".join(dict.fromkeys(fit.method for fit in conduct.analysis.fits.values()))
    steps = (
        f"Logistic regression ({methods}), terms as in Lee 2024, no hyperparameter; Firth's "
        "penalty where outcomes are separated. Validated on the test patients, and by bootstrap "
        f"({plan.n_resamples} resamples) on the training patients."
    )
    if conduct.card is None:
        return _part(steps, "how nDL was made, and why this kind of model")
    return _part(f"{steps} Networks, from their card: {conduct.card.recipe}", "why these kinds")


def _on_output(conduct: Conduct) -> dict[str, _Answer]:
    thresholds = "; ".join(
        f"{kind} {found.threshold:.3f}" for kind, found in conduct.analysis.tested.items()
    )
    return {
        "12e": _full(
            "As in Lee 2024: AUC and ROC curve; accuracy, sensitivity and specificity at one "
            "threshold; calibration plot; likelihood ratio test and AIC for what nDL adds. Added: "
            "DeLong's test of the AUCs; calibration intercept, slope and Brier score, for a risk "
            "is shown; decision curve for clinical utility. Intervals are DeLong's and Wilson's."
        ),
        "15": _full(
            "Probability of expansion. Classes for Table 3: risk at or above the threshold of the "
            "highest Youden index in the training patients, as Lee 2024 chose it but on the test "
            f"patients ({thresholds})."
        ),
        "18f": _part(
            f"HEscope {VERSION}, verb `reproduce`, Apache-2.0 licence.", "where it can be had"
        ),
        "22": _specification(conduct),
    }


def _specification(conduct: Conduct) -> _Answer:
    formulas = " ".join(_formula(kind, fit) for kind, fit in conduct.analysis.fits.items())
    if conduct.card is None:
        return _part(formulas, "how to obtain nDL of a new patient, who may use the formulas")
    card = conduct.card
    return _part(
        f"{formulas} nDL: model {card.name} {card.version} with HEscope {VERSION}. {card.licence}",
        "who may use the formulas",
    )


def _formula(kind: ModelKind, fit: LogisticFit) -> str:
    terms = "".join(
        f" {b:+.6g} {name}" for name, b in zip(fit.names, fit.coefficients[1:], strict=True)
    )
    return f"{kind.capitalize()}-to-HE: log-odds = {fit.coefficients[0]:.6g}{terms}."


def _on_results(conduct: Conduct) -> dict[str, _Answer]:
    analysis = conduct.analysis
    tested = analysis.tested["integrated"]
    events = int(analysis.frame[OUTCOME].sum())
    total = len(analysis.frame)
    return {
        "20a": _part(
            f"{conduct.patients} patients in the table, {conduct.left_out} without a known "
            f"outcome; of {total}, {events} expanded and {total - events} did not.",
            "patients before the table, length of follow-up",
        ),
        "20b": _part("See Table 1, with the number of known values.", "dates, treatments, groups"),
        "21": _full(
            f"Single variables: up to {total} patients, {events} expansions (n of each in Table "
            f"1). Fitted: {_each(analysis.fits, 'n')} patients, "
            f"{_each(analysis.fits, 'events')} expansions. Forward selection: "
            f"{_selected(analysis)}. Tested: {len(tested.outcome)} patients, "
            f"{int(tested.outcome.sum())} expansions."
        ),
        "23a": _part(
            "See Table 3, Calibration and Figure 3. No subgroup was looked at.", "key subgroups"
        ),
        "23b": _full("Not looked at."),
    }


def _on_use(conduct: Conduct) -> dict[str, _Answer]:
    limits = ["The test patients are of the same cohort: this is no external validation."]
    limits += conduct.card.limits if conduct.card else ()
    return {
        "26": _part(" ".join(limits), "limits of the patients and of how they were measured"),
        "27a": _part(
            "HEscope refuses a CT that cannot be measured safely, shows findings on any other, and "
            "fills in no unknown value.",
            "what a user should then do",
        ),
        "27b": _part(
            "Users enter clinical findings, and can correct the outline of the hematoma.",
            "the expertise that this takes",
        ),
    }


def _each(fits: dict[ModelKind, LogisticFit], count: str) -> str:
    return ", ".join(f"{kind} {getattr(fits[kind], count)}" for kind in MODEL_KINDS)


def _selected(analysis: Analysis) -> str:
    if analysis.selection is None:
        return "not possible"
    return f"{analysis.selection.fit.n} patients, {analysis.selection.fit.events} expansions"


def _by_split(analysis: Analysis) -> str:
    """Mean and SD, or share, of outcome and terms in the two parts."""
    columns = design_frame(analysis.frame)[list(TERMS["integrated"])]
    columns = columns.assign(**{OUTCOME: analysis.frame[OUTCOME].astype("float64")})
    train, test = (columns[analysis.split == part] for part in (TRAIN, TEST))
    return "; ".join(
        f"{name} {_described(train[name])} against {_described(test[name])}" for name in columns
    )


def _described(values: pd.Series) -> str:
    known = values.dropna()
    if set(known.unique()) <= {0.0, 1.0}:
        return f"{100 * known.mean():.0f} %"
    return f"{known.mean():.4g} ± {known.std():.3g}"
