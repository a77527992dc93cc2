"""``follow-up BASELINE FOLLOW-UP``: how much a hematoma grew from one CT to the next."""

import argparse
from datetime import datetime

from core.cli.arguments import Verbs, add_child, add_json, add_model
from core.cli.output import finding_lines, print_json, print_lines, shown_progress
from core.domain import Asked, ClinicalFindings
from core.given import path_of
from core.progress import part
from core.report.provenance import RESEARCH_USE


def add_parser(verbs: Verbs) -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "follow-up", help="compare two CTs of one patient: growth, and whether it is expansion"
    )
    for name, words in (("baseline", "the first CT"), ("follow_up", "the later CT")):
        parser.add_argument(
            name,
            type=path_of,
            metavar=name.upper().replace("_", "-"),
            help=f"folder, zip archive or NIfTI file of {words}",
        )
    parser.add_argument("--out", type=path_of, metavar="DIR", help="write PDF and JSON here")
    parser.add_argument(
        "--same-patient",
        action="store_true",
        help="they are of one patient, though identifier, birth date or name differ",
    )
    add_model(parser)
    add_child(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; the comparison is printed, and written where ``--out`` says."""
    from core.cli.chosen_model import chosen_model
    from core.follow_up import compare
    from core.follow_up.files import follow_up_values, write_follow_up
    from core.follow_up.in_words import answer, sentence
    from core.follow_up.pdf import FollowUpReport
    from core.node.exported import note_export
    from core.pipeline import assess

    model = chosen_model(arguments)
    asked = Asked(child=arguments.child)
    with shown_progress() as progress:
        baseline, follow_up = (
            assess(path, ClinicalFindings(), model, asked=asked, progress=part(progress, *share))
            for path, share in (
                (arguments.baseline, (0.0, 0.5)),
                (arguments.follow_up, (0.5, 1.0)),
            )
        )
    found = compare(baseline, follow_up, same_patient=arguments.same_patient)
    for path in (arguments.baseline, arguments.follow_up) if arguments.out else ():
        note_export(path, "files of follow-up")
    written = (
        write_follow_up(FollowUpReport(found, datetime.now()), arguments.out)
        if arguments.out
        else ()
    )
    if arguments.json:
        print_json(follow_up_values(found))
        return 0
    names = ", ".join(path.name for path in written)
    print_lines(
        [
            f"{answer(found)}. {sentence(found)}".replace("\N{MINUS SIGN}", "-"),
            *finding_lines(found.findings),
            *(f"Baseline: {line}" for line in finding_lines(baseline.findings)),
            *(f"Follow-up: {line}" for line in finding_lines(follow_up.findings)),
            *([f"Written to {arguments.out}: {names}"] if written else []),
            RESEARCH_USE,
        ]
    )
    return 0
