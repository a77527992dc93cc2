"""``evaluate DATA``: accuracy of a model on labelled patients, whole chain, with intervals.

``--inserted`` asks instead for hematomas of these patients, put into one another's brains at other
sites, and for look-alikes that are none.
"""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.cli.arguments import Verbs, add_data, add_json, add_model
from core.cli.output import print_json, print_lines, shown_progress
from core.errors import UsageError

if TYPE_CHECKING:
    from core.models.folder import Model
    from core.training.data import Cohort


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("evaluate", help="accuracy of a model on labelled patients")
    add_data(parser)
    parser.add_argument("--split", metavar="NAME", help='"val", say; default: all patients')
    parser.add_argument(
        "--inserted",
        action="store_true",
        help="judge on hematomas inserted at other sites, and on look-alikes, instead",
    )
    parser.add_argument(
        "--copies", type=int, default=1, metavar="N", help="with --inserted: brains a patient"
    )
    add_model(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the accuracy is printed."""
    from core.cli.chosen_model import chosen_model
    from core.training.data import read_cohort
    from core.training.readings import read_patients, summary

    cohort = read_cohort(arguments.data)
    patients = cohort.names if arguments.split is None else cohort.split(arguments.split)
    model = chosen_model(arguments)
    if arguments.inserted:
        return _run_inserted(arguments, cohort, patients, model)
    with shown_progress() as progress:
        readings = read_patients(cohort, patients, model, progress)
    accuracy = summary(readings, model.card.thresholds.slice, model.card.ndl)
    if arguments.json:
        print_json(accuracy)
    else:
        print_lines(_lines(accuracy))
    return 0


def _run_inserted(
    arguments: argparse.Namespace, cohort: "Cohort", patients: tuple[str, ...], model: "Model"
) -> int:
    from core.training.inserted import inserted_summary, read_inserted

    if arguments.copies < 1:
        raise UsageError(f"--copies {arguments.copies} found, 1 or more expected.", "One is usual.")
    with shown_progress() as progress:
        readings = read_inserted(
            cohort, patients, model, copies=arguments.copies, progress=progress
        )
    summary = inserted_summary(readings)
    if arguments.json:
        print_json(summary)
    else:
        print_lines(_inserted_lines(summary))
    return 0


def _inserted_lines(summary: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{summary['brains']} brains with inserted hematomas",
        "                      n  sensitivity      1 mL or more: n  sensitivity   Dice",
        _found_line("all", summary["all"]),
    ]
    for group in ("site", "size", "density"):
        lines += [_found_line(name, part) for name, part in summary[group].items()]
    lines.append("Look-alikes taken for hematoma")
    for kind, part in summary["lookalikes"].items():
        if part:
            lines.append(f"{kind:<18}{part['n']:>5}        {part['false_hematoma']:.3f}")
    return lines


def _found_line(name: str, part: Mapping[str, Any] | None) -> str:
    if part is None:
        return f"{name:<18}    0"
    line = f"{name:<18}{part['n']:>5}        {part['sensitivity']:.3f}"
    large = part["from_1_ml"]
    if large is None:
        return line
    return f"{line}{large['n']:>22}        {large['sensitivity']:.3f}  {large['dice']:.3f}"


def _lines(accuracy: Mapping[str, Any]) -> list[str]:
    detection, dice, expansion = (accuracy[part] for part in ("slice", "dice", "expansion"))
    return [
        f"{accuracy['patients']} patients (95 % intervals by bootstrap over patients)",
        f"Slice AUC                {_with_interval(detection, 'auc')}",
        f"  at p >= {detection['threshold']:.3f}           sensitivity "
        f"{_number(detection['sensitivity'])}, specificity {_number(detection['specificity'])}",
        f"Dice a patient, mean     {_with_interval(dice, 'mean')}",
        f"  median {dice['median']:.3f}, pooled {dice['pooled']:.3f}, worst {dice['worst']:.3f}",
        f"Volume, mean error       {accuracy['volume_bias_ml']:+.2f} mL",
        f"DL score with risk, rho  {_with_interval(expansion, 'rank_correlation')}",
    ]


def _with_interval(part: Mapping[str, Any], name: str) -> str:
    ci95 = part[f"{name}_ci95"]
    interval = (
        "too few patients for an interval" if ci95 is None else "{:.4f}, {:.4f}".format(*ci95)
    )
    return f"{_number(part[name])} [{interval}]"


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4f}"
