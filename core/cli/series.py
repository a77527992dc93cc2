"""``series PATH``: what is in a study, which series is chosen, and why."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.cli.arguments import Verbs, add_json, add_study
from core.cli.output import print_json, print_lines
from core.domain import Series

if TYPE_CHECKING:
    from core.dicom import JudgedSeries


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser("series", help="list the series of a study and the one chosen")
    add_study(parser)
    parser.add_argument("--patient", type=int, metavar="NUMBER", help="choose among this one's")
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; a study without a usable head CT is listed before it is refused."""
    from core.dicom import choose_head_ct, find_series, study_folder

    with study_folder(arguments.study) as folder:
        found = find_series(folder)
    chosen: Series | None = None
    try:
        chosen = choose_head_ct(found, patient=arguments.patient)
    finally:
        ranked = _ranked(found)
        if arguments.json:
            print_json({"series": [_document(judged, chosen) for judged in ranked]})
        else:
            print_lines(_lines(ranked, chosen))
    return 0


def _ranked(found: Sequence[Series]) -> "list[JudgedSeries]":
    """Every series, patient by patient, best first."""
    from core.dicom import rank_series

    numbers = sorted({series.patient_number for series in found})
    return [
        judged
        for number in numbers
        for judged in rank_series([s for s in found if s.patient_number == number])
    ]


def _lines(ranked: "Sequence[JudgedSeries]", chosen: Series | None) -> list[str]:
    lines = []
    numbers = [judged.series.patient_number for judged in ranked]
    for place, judged in enumerate(ranked):
        series = judged.series
        if len(set(numbers)) > 1 and series.patient_number not in numbers[:place]:
            lines.append(f"Patient {series.patient_number}:")
        mark = "*" if series is chosen else " "
        name = series.description or "no description"
        lines.append(f"{mark} {series.modality or 'unknown'}, {name}: {'; '.join(judged.reasons)}")
        lines.append(f"    {series.uid}")
    if chosen is not None:
        lines.append("* is the series that assess takes; name another with --series UID.")
    return lines


def _document(judged: "JudgedSeries", chosen: Series | None) -> dict[str, object]:
    series = judged.series
    return {
        "uid": series.uid,
        "patient": series.patient_number,
        "modality": series.modality,
        "description": series.description,
        "slices": series.n_slices,
        "spacing_mm": series.spacing_mm,
        "suitable": judged.suitable,
        "chosen": series is chosen,
        "reasons": judged.reasons,
    }
