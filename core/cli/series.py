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
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; a study without a usable head CT is listed before it is refused."""
    from core.dicom import choose_head_ct, find_series, rank_series, study_folder

    with study_folder(arguments.study) as folder:
        found = find_series(folder)
    chosen: Series | None = None
    try:
        chosen = choose_head_ct(found)
    finally:
        ranked = rank_series(found)
        if arguments.json:
            print_json({"series": [_document(judged, chosen) for judged in ranked]})
        else:
            print_lines(_lines(ranked, chosen))
    return 0


def _lines(ranked: "Sequence[JudgedSeries]", chosen: Series | None) -> list[str]:
    lines = []
    for judged in ranked:
        series = judged.series
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
        "modality": series.modality,
        "description": series.description,
        "slices": series.n_slices,
        "spacing_mm": series.spacing_mm,
        "suitable": judged.suitable,
        "chosen": series is chosen,
        "reasons": judged.reasons,
    }
