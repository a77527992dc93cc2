"""``evaluate DATA``: accuracy of a model on labelled patients, whole chain, with intervals."""

import argparse
from collections.abc import Mapping
from typing import Any

from core.cli.arguments import Verbs, add_data, add_json, add_model
from core.cli.output import print_json, print_lines, shown_progress


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("evaluate", help="accuracy of a model on labelled patients")
    add_data(parser)
    parser.add_argument("--split", metavar="NAME", help='"val", say; default: all patients')
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
    with shown_progress() as progress:
        readings = read_patients(cohort, patients, model, progress)
    accuracy = summary(readings, model.card.thresholds.slice)
    if arguments.json:
        print_json(accuracy)
    else:
        print_lines(_lines(accuracy))
    return 0


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
